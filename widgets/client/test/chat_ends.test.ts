/** A conversation is closed, and the next message begins another. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Session } from "../src/session";
import type { ChatRequest } from "../src/types";
import { Tab, wire } from "./tab";
import { useStorage } from "./world";

beforeEach(() => {
  useStorage();
});

test("a closed conversation says who closed it, stays readable, and the next message begins another", async () => {
  const tab = new Tab();
  tab.visit.conversationId = "c1";
  tab.hear("message", wire("p1", "agent", "Bye", { authorName: "Dana" }));
  tab.hear("closed", { conversationId: "c1" });
  assert.equal(tab.chat.state.lines.at(-1)?.name, "Dana");
  tab.history = () => ({ conversationId: null, messages: [] });
  await tab.chat.refresh();
  assert.equal(tab.shown.length, 2);
  assert.equal(tab.chat.state.closed, true);
  tab.chat.send("One more thing");
  assert.equal(tab.chat.state.closed, false);
  assert.equal(tab.chat.state.waiting, true); // the assistant is asked again
  await tab.quiet();
  assert.equal(tab.asked[0]?.conversationId, undefined);
  const { messageId } = tab.asked[0] as ChatRequest;
  tab.history = () => ({ conversationId: "c2", messages: [wire(messageId, "visitor", "One more thing"), wire("m9", "assistant", "You said One more thing")] });
  await tab.chat.refresh();
  assert.deepEqual(tab.shown, ["agent: Bye", "notice: closed", "visitor: One more thing", "assistant: You said One more thing"]);
});

test("s20 a conversation that ended while the page was gone is asked about until its end was heard", async () => {
  const tab = new Tab();
  tab.visit.conversationId = "c1";
  tab.history = () => ({ conversationId: null, messages: [] });
  await tab.chat.resume();
  assert.equal(new Tab().visit.conversationId, "c1"); // so the next page asks, if this one is left before it has an answer
  tab.hear("tracking", { event_id: "e1", event_type: "t" });
  tab.hear("closed", { conversationId: "c1" });
  assert.deepEqual([tab.outcomes.length, tab.shown, tab.chat.state.closed], [1, ["notice: closed"], true]);
  assert.deepEqual([new Session("acme").isUnderWay, tab.visit.ratable], [false, "c1"]);
});

test("s20 the end of a conversation that comes after the next one's beginning ends nothing", async () => {
  const tab = new Tab();
  tab.visit.conversationId = "c0";
  tab.chat.send("one");
  await tab.quiet();
  tab.visit.forget("c0"); // as when nothing was left to tell of it
  tab.hear("closed", { conversationId: "c0" });
  assert.deepEqual([tab.visit.conversationId, tab.chat.state.closed], ["c1", false]);
  tab.visit.forget("c1");
  assert.equal(tab.visit.conversationId, undefined);
});

test("where the server says in its own words that it was closed, the widget adds none", () => {
  const tab = new Tab();
  tab.hear("message", wire("s1", "system", "Dana closed the conversation."));
  tab.hear("closed", { conversationId: "c1" });
  assert.deepEqual(tab.shown, ["system: Dana closed the conversation."]);
  assert.equal(tab.chat.state.closed, true);
});
