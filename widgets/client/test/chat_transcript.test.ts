/** The transcript that the server keeps and the one on the page become one, in every tab and after a reload. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { ChatRequest } from "../src/types";
import { answered, Tab, wire } from "./tab";
import { until, useStorage } from "./world";

beforeEach(() => {
  useStorage();
});

test("d03 a reload brings the transcript back, and sends what was on its way with the same id", async () => {
  const before = new Tab();
  before.answer = () => new Promise(() => undefined);
  before.chat.send("slow");
  await until(() => before.asked.length === 1);
  before.visit.conversationId = "c1";

  const after = new Tab();
  after.history = () => ({ conversationId: "c1", messages: [wire("m1", "visitor", "earlier"), wire("m2", "agent", "Hello", { authorName: "Dana" })] });
  await after.chat.resume();
  await after.quiet();
  assert.deepEqual(after.shown, ["visitor: earlier", "agent: Hello", "visitor: slow", "assistant: You said slow"]);
  assert.equal(after.asked[0]?.messageId, before.asked[0]?.messageId);
});

test("what the server has stored meanwhile is not sent twice", async () => {
  const tab = new Tab();
  tab.visit.conversationId = "c1";
  tab.visit.queue({ messageId: "m1", text: "slow", at: Date.now() });
  tab.history = () => ({ conversationId: "c1", messages: [wire("m1", "visitor", "slow"), wire("m2", "assistant", "Hi")] });
  await tab.chat.resume();
  assert.deepEqual(tab.shown, ["visitor: slow", "assistant: Hi"]);
  assert.deepEqual([tab.asked, tab.visit.outbox], [[], []]);
});

test("an old message waits for the visitor to say so", async () => {
  const tab = new Tab();
  tab.visit.queue({ messageId: "m1", text: "yesterday", at: Date.now() - 86_400_000 });
  await tab.chat.resume();
  assert.deepEqual(tab.shown, ["visitor: yesterday (failed)"]);
  tab.chat.retry();
  await tab.quiet();
  assert.equal(tab.asked[0]?.messageId, "m1");
});

test("d03 a turn in one tab reaches the other", async () => {
  const [one, two] = [new Tab(), new Tab()];
  one.chat.send("from one");
  await one.quiet();
  two.history = () => ({ conversationId: "c1", messages: [wire("m1", "visitor", "from one"), wire("m2", "assistant", "Hi")] });
  two.chat.syncTabs();
  await until(() => two.shown.length === 2);
  two.chat.syncTabs();
  assert.equal(two.lookups.length, 1);
});

test("a look at the transcript during a turn waits for its end", async () => {
  const tab = new Tab();
  let finish = (): void => undefined;
  tab.answer = (request) => new Promise((resolve) => (finish = () => resolve(answered(request, "Hi"))));
  tab.chat.send("one");
  await tab.chat.refresh();
  assert.deepEqual(tab.lookups, []);
  const { messageId } = tab.asked[0] as ChatRequest;
  tab.history = () => ({ conversationId: "c1", messages: [wire(messageId, "visitor", "one"), wire("m2", "assistant", "Hi")] });
  finish();
  await until(() => tab.lookups.includes(undefined));
  await until(() => tab.chat.state.lines.at(-1)?.id === "m2");
  assert.deepEqual(tab.shown, ["visitor: one", "assistant: Hi"]);
});

test("s09 what arrives while the transcript is on its way isn't lost by it", async () => {
  const tab = new Tab();
  tab.visit.conversationId = "c1";
  const stored = [wire("m1", "visitor", "one")];
  let release = (): void => undefined;
  tab.history = () => {
    const now = { conversationId: "c1", messages: [...stored] }; // as the server knew it when it was asked
    return tab.lookups.length > 1 ? now : new Promise((resolve) => (release = () => resolve(now)));
  };
  const looking = tab.chat.refresh();
  await until(() => tab.lookups.length === 1);
  stored.push(wire("p1", "agent", "I am Dana"));
  tab.hear("message", stored[1]);
  release();
  await looking;
  assert.deepEqual(tab.shown, ["visitor: one", "agent: I am Dana"]);
  assert.equal(tab.lookups.length, 2);
});

test("an answer that is looked up again is neither told nor counted twice", async () => {
  const tab = new Tab();
  tab.chat.send("one");
  await tab.quiet();
  assert.equal(tab.chat.state.unread, 1);
  const { messageId } = tab.asked[0] as ChatRequest;
  tab.history = () => ({ conversationId: "c1", messages: [wire(messageId, "visitor", "one"), wire("m2", "assistant", "You said one")] });
  await tab.chat.refresh();
  assert.equal(tab.chat.state.lines.at(-1)?.id, "m2");
  assert.equal(tab.chat.state.unread, 1);
  assert.deepEqual(tab.told.map((line) => line.author), ["visitor", "assistant"]);
});

test("a look that is asked for during a look is taken after it", async () => {
  const tab = new Tab();
  await Promise.all([tab.chat.refresh(), tab.chat.refresh(), tab.chat.refresh()]);
  assert.equal(tab.lookups.length, 2);
});
