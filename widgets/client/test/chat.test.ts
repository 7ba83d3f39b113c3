/** A visitor's message goes out and is answered in its place. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { answered, Tab, wire } from "./tab";
import { until, useStorage } from "./world";

beforeEach(() => {
  useStorage();
});

test("a message is shown at once and answered in its place", async () => {
  const tab = new Tab();
  assert.equal(tab.chat.send("  Hello  "), true);
  assert.deepEqual(tab.shown, ["visitor: Hello (sending)"]);
  assert.equal(tab.chat.state.waiting, true);
  await tab.quiet();
  assert.deepEqual(tab.shown, ["visitor: Hello", "assistant: You said Hello"]);
  assert.equal(tab.visit.conversationId, "c1");
  assert.deepEqual(tab.visit.outbox, []);
  assert.deepEqual(tab.told.map((line) => line.author), ["visitor", "assistant"]);
});

test("what goes out is the session, the message, its id, the page, and who is speaking", async () => {
  const tab = new Tab();
  tab.visit.saveContact({ name: "Giulia", email: "g@l.example" });
  tab.chat.send("Hello");
  await tab.quiet();
  const [request] = tab.asked;
  assert.deepEqual(request, {
    sessionId: tab.visit.sessionId,
    message: "Hello",
    messageId: request?.messageId,
    page: { url: "https://www.acme.example/", title: "Boats", referrer: "" },
    contact: { name: "Giulia", email: "g@l.example" },
  });
  tab.chat.send("Again");
  await tab.quiet();
  assert.equal(tab.asked[1]?.conversationId, "c1");
});

test("blank and too long messages stay in the box; the limit counts characters, not bytes", async () => {
  const tab = new Tab();
  assert.equal(tab.chat.send(" \n "), false);
  assert.equal(tab.chat.send("🛶".repeat(4_001)), false);
  assert.equal(tab.chat.send("🛶".repeat(4_000)), true);
  await tab.quiet();
  assert.equal(tab.asked.length, 1);
});

test("what no server may take is mended on the way", async () => {
  const tab = new Tab();
  tab.chat.send("a\0b\ud800c");
  await tab.quiet();
  assert.equal(tab.asked[0]?.message, "ab\ufffdc");
});

test("messages go one after the other, each with its answer under it", async () => {
  const tab = new Tab();
  tab.chat.send("one");
  tab.chat.send("two");
  assert.deepEqual(tab.shown, ["visitor: one (sending)", "visitor: two (queued)"]);
  await tab.quiet();
  assert.deepEqual(tab.shown, ["visitor: one", "assistant: You said one", "visitor: two", "assistant: You said two"]);
});

test("after the answer the server tells its id, its author and its sources; it stays one line in its place", async () => {
  const tab = new Tab();
  tab.history = () => ({ conversationId: "c1", messages: [wire("m9", "assistant", "You said Hello", { authorName: "Lockkeeper", sources: [{ title: "Boats" }] })] });
  tab.chat.send("Hello");
  await until(() => tab.chat.state.lines.at(-1)?.id === "m9");
  const line = tab.chat.state.lines.at(-1);
  assert.deepEqual([line?.name, line?.sources, line?.key], ["Lockkeeper", [{ title: "Boats" }], `reply:${tab.asked[0]?.messageId}`]);
  assert.deepEqual(tab.lookups, [tab.asked[0]?.messageId]);
  tab.hear("message", wire("m9", "assistant", "You said Hello"));
  assert.deepEqual(tab.shown, ["visitor: Hello", "assistant: You said Hello"]);
});

test("s20 outcomes in an answer and on the stream are passed on", async () => {
  const tab = new Tab();
  tab.answer = (request) => ({ ...answered(request, "Hi"), tracking: [{ event_id: "e1", event_type: "t" }] });
  tab.chat.send("one");
  await tab.quiet();
  tab.hear("tracking", { event_id: "e2", event_type: "t" });
  assert.deepEqual(tab.outcomes, [
    { event_id: "e1", event_type: "t" },
    { event_id: "e2", event_type: "t" },
  ]);
});
