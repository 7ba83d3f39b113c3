/** What others say, or don't: people, released replies, and success without a reply. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { ChatReply } from "../src/types";
import { answered, Tab, wire } from "./tab";
import { useStorage } from "./world";

beforeEach(() => {
  useStorage();
});

test("s09 a person's message comes over the stream, once", async () => {
  const tab = new Tab();
  const said = wire("p1", "agent", "I am Dana", { authorName: "Dana" });
  tab.hear("typing", { author: "agent", authorName: "Dana" });
  assert.equal(tab.chat.state.typing, "Dana");
  tab.hear("message", said);
  tab.hear("message", said);
  assert.deepEqual(tab.shown, ["agent: I am Dana"]);
  assert.equal(tab.chat.state.typing, undefined);
  assert.equal(tab.told.length, 1);
});

test("what isn't a message changes nothing", () => {
  const tab = new Tab();
  for (const data of [null, 1, {}, { messageId: 1, message: "x", author: "agent" }]) tab.hear("message", data);
  tab.chat.takeEvent({ event: "message", data: "{" });
  tab.hear("unheard", wire("p1", "agent", "x"));
  assert.deepEqual(tab.shown, []);
});

const SILENCES: [ChatReply["metadata"], string[]][] = [
  [{ status: "held", reason: "held_for_review" }, ["held"]],
  [{ status: "human", reason: "human_only" }, ["human"]],
  [{ status: "no_reply", reason: "escalated" }, ["human"]],
  [{ status: "no_reply", reason: "provider_timeout" }, ["unanswered"]],
  [{ status: "blocked", reason: "safety_blocked" }, ["unanswered"]],
  [undefined, ["unanswered"]],
];
for (const [metadata, notices] of SILENCES) {
  test(`s11 success without a reply says why: ${metadata?.reason ?? "nothing said"}`, async () => {
    const tab = new Tab();
    tab.answer = (request) => ({ ...answered(request, null), ...(metadata ? { metadata } : {}) });
    if (!metadata) tab.answer = ({ messageId }) => ({ conversationId: "c1", messageId, message: null });
    tab.chat.send("one");
    await tab.quiet();
    assert.deepEqual(tab.chat.state.lines.filter((line) => line.author === "notice").map((line) => line.text), notices);
  });
}

test("once a person has written there is nothing to explain, and no machine seems to write", async () => {
  const tab = new Tab();
  tab.hear("message", wire("p1", "agent", "I am Dana"));
  tab.answer = (request) => answered(request, null, { status: "human", reason: "human_takeover" });
  tab.chat.send("Thanks");
  assert.equal(tab.chat.state.waiting, false);
  await tab.quiet();
  assert.deepEqual(tab.shown, ["agent: I am Dana", "visitor: Thanks"]);
});

test("s12 a released reply takes the place of the word that it is being read", async () => {
  const tab = new Tab();
  tab.answer = (request) => answered(request, null, { status: "held" });
  tab.chat.send("one");
  await tab.quiet();
  tab.hear("message", wire("m2", "assistant", "Released"));
  assert.deepEqual(tab.shown, ["visitor: one", "assistant: Released"]);
});

test("p03 what comes while nobody looks is counted until somebody does", async () => {
  const tab = new Tab();
  tab.chat.setReading(true);
  tab.hear("message", wire("p1", "agent", "one"));
  assert.equal(tab.chat.state.unread, 0);
  tab.chat.setReading(false);
  tab.hear("message", wire("p2", "agent", "two"));
  tab.hear("message", wire("p3", "agent", "three"));
  assert.equal(tab.chat.state.unread, 2);

  const next = new Tab(); // the page is loaded again
  next.visit.conversationId = "c1";
  next.history = () => ({ conversationId: "c1", messages: ["one", "two", "three"].map((text, index) => wire(`p${index + 1}`, "agent", text)) });
  await next.chat.resume();
  assert.equal(next.chat.state.unread, 2);
  next.chat.setReading(true);
  assert.equal(next.chat.state.unread, 0);
  tab.chat.syncTabs();
  assert.equal(tab.chat.state.unread, 0);
});
