/** An answer grows while it is made, and is stopped, broken off, or goes on after a reload. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { answered, parts, refuse, Tab, Telling, wire } from "./tab";
import { until, useStorage } from "./world";

beforeEach(() => {
  useStorage();
});

test("test_p01 an answer grows in one line and ends as the message in the same place", async () => {
  const tab = new Tab();
  const telling = new Telling();
  tab.answer = telling.answer;
  let changes = 0;
  tab.chat.send("When?");
  await until(() => telling.hear !== undefined, "asked");
  tab.chat.subscribe(() => changes++);
  for (const word of "We open at nine and close at five every day but Sunday".split(" ")) telling.hear?.(`${word} `);
  await until(() => parts(tab).length === 1, "heard");
  assert.ok(changes < 5, "the page doesn't change at every word");
  const key = tab.chat.state.lines.at(-1)?.key;
  assert.deepEqual([tab.chat.state.waiting, tab.chat.state.unread, tab.told.length], [true, 0, 0]);
  telling.hear?.("and holidays");
  await until(() => parts(tab)[0]?.endsWith("holidays") === true, "more heard");
  telling.end("We open at nine.");
  await tab.quiet();
  assert.deepEqual(tab.shown, ["visitor: When?", "assistant: We open at nine."]);
  assert.deepEqual([tab.chat.state.lines.at(-1)?.key, parts(tab), tab.chat.state.unread], [key, [], 1]);
  assert.equal(tab.told.length, 2);
});

test("test_b05 what was heard is dropped when a person speaks, and when the answer is withheld", async () => {
  for (const [metadata, interrupt] of [
    [{ status: "human", reason: "human_takeover" }, true],
    [{ status: "held" }, false],
    [{ status: "blocked" }, false],
  ] as const) {
    useStorage();
    const tab = new Tab();
    const telling = new Telling();
    tab.answer = telling.answer;
    tab.chat.send("Who?");
    await until(() => telling.hear !== undefined, "asked");
    telling.hear?.("I am the assis");
    await until(() => parts(tab).length === 1, "heard");
    if (interrupt) {
      tab.hear("message", wire("p1", "agent", "It is me"));
      assert.deepEqual(tab.shown, ["visitor: Who? (sending)", "agent: It is me"]);
      telling.hear?.("tant");
      await new Promise((resolve) => setTimeout(resolve, 80));
    }
    telling.end(null, metadata);
    await tab.quiet();
    assert.deepEqual(tab.chat.state.lines.filter((line) => line.author === "assistant"), []);
  }
});

test("test_p01 a visitor stops an answer once, and what was heard stays as stopped", async () => {
  const tab = new Tab();
  const telling = new Telling();
  tab.answer = telling.answer;
  await tab.chat.stop();
  assert.deepEqual([tab.stopped, tab.chat.state.stop], [[], undefined]);
  tab.chat.send("When?");
  await until(() => telling.hear !== undefined, "asked");
  assert.equal(tab.chat.state.stop, "offered");
  telling.hear?.("We open");
  tab.stop = () => telling.end("We open", { status: "answered", stopped: true });
  void tab.chat.stop();
  void tab.chat.stop();
  assert.equal(tab.chat.state.stop, "asked");
  await tab.quiet();
  assert.deepEqual([tab.stopped.length, tab.chat.state.stop], [1, undefined]);
  assert.deepEqual([tab.chat.state.lines.at(-1)?.text, tab.chat.state.lines.at(-1)?.stopped], ["We open", true]);
});

test("test_p01 an answer that is stopped before its first word, and a stop that fails, are said", async () => {
  const tab = new Tab();
  const telling = new Telling();
  tab.answer = telling.answer;
  tab.chat.send("When?");
  await until(() => telling.hear !== undefined, "asked");
  tab.stop = () => refuse(500, "server_error");
  await tab.chat.stop();
  assert.deepEqual([tab.failures.length, tab.chat.state.stop], [1, "offered"]);
  tab.stop = () => telling.end(null, { status: "no_reply", stopped: true });
  await tab.chat.stop();
  await tab.quiet();
  assert.deepEqual(tab.shown, ["visitor: When?", "notice: stopped"]);
});

test("test_p01 a stream that breaks is asked for again as JSON, with what was heard still there", async () => {
  const tab = new Tab();
  const heard: boolean[] = [];
  tab.answer = async (request, hear) => {
    heard.push(hear !== undefined);
    hear?.("Half an");
    if (hear) await until(() => parts(tab).length === 1, "heard");
    if (heard.length === 1) refuse(200, "interrupted");
    if (heard.length === 2) refuse(409, "message_in_progress", 1);
    return answered(request, "Half an hour.");
  };
  tab.chat.send("How long?");
  await tab.quiet();
  assert.deepEqual(heard, [true, false, false]);
  assert.deepEqual(tab.shown, ["visitor: How long?", "assistant: Half an hour."]);
});

test("test_p01 after a reload in the middle the answer goes on by itself", async () => {
  const first = new Tab();
  const telling = new Telling();
  first.answer = telling.answer;
  first.visit.conversationId = "c1";
  first.chat.send("When?");
  await until(() => telling.hear !== undefined, "asked");
  const { messageId } = first.visit.outbox[0] as { messageId: string };

  const again = new Tab();
  const second = new Telling();
  again.answer = second.answer;
  again.history = () => ({ conversationId: "c1", messages: [wire("m0", "visitor", "Hi"), wire("a0", "assistant", "Hello"), wire(messageId, "visitor", "When?")] });
  void again.chat.resume();
  await until(() => second.hear !== undefined, "asked again");
  assert.deepEqual(again.asked.map((request) => request.messageId), [messageId]);
  assert.equal(again.chat.state.waiting, true);
  second.hear?.("We open at");
  await until(() => parts(again).length === 1, "heard");
  second.end("We open at nine.");
  await again.quiet();
  assert.deepEqual(again.shown, ["visitor: Hi", "assistant: Hello", "visitor: When?", "assistant: We open at nine."]);
  assert.deepEqual(again.visit.outbox, []);
});

test("test_p01 what has its answer isn't asked again after a reload", async () => {
  const tab = new Tab();
  tab.visit.conversationId = "c1";
  tab.visit.queue({ messageId: "m1", text: "When?", at: Date.now() });
  tab.history = () => ({ conversationId: "c1", messages: [wire("m1", "visitor", "When?"), wire("a1", "assistant", "At nine", { stopped: true })] });
  await tab.chat.resume();
  assert.deepEqual([tab.asked, tab.visit.outbox], [[], []]);
  assert.equal(tab.chat.state.lines.at(-1)?.stopped, true);
});
