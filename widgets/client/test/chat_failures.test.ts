/** A message that fails stays where it is, marked, and says in plain words what to do. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { explainFailure, panelWords } from "../src/strings";
import { answered, refuse, Tab, wire } from "./tab";
import { useStorage } from "./world";

beforeEach(() => {
  useStorage();
});

test("s06 a message that fails stays where it was, marked, with every later one", async () => {
  const tab = new Tab();
  tab.answer = () => refuse(500, "server_error");
  tab.chat.send("one");
  tab.chat.send("two");
  await tab.quiet();
  assert.deepEqual(tab.shown, ["visitor: one (failed)", "visitor: two (failed)"]);
  assert.equal(tab.chat.state.failure?.code, "server_error");
  assert.equal(tab.asked.length, 1);
  assert.equal(tab.failures.length, 1);
});

test("trying again sends the same ids, and takes the complaint back", async () => {
  const tab = new Tab();
  tab.answer = () => refuse(0, "network");
  tab.chat.send("one");
  await tab.quiet();
  tab.answer = (request) => answered(request, "Hi");
  tab.chat.retry();
  assert.equal(tab.chat.state.failure, undefined);
  await tab.quiet();
  assert.deepEqual(tab.shown, ["visitor: one", "assistant: Hi"]);
  assert.equal(tab.asked[0]?.messageId, tab.asked[1]?.messageId);
});

test("a failed message can be left behind; the next one goes without it", async () => {
  const tab = new Tab();
  tab.answer = () => refuse(400, "invalid_request");
  tab.chat.send("bad");
  await tab.quiet();
  tab.answer = (request) => answered(request, "Hi");
  tab.chat.send("good");
  await tab.quiet();
  assert.deepEqual(tab.shown, ["visitor: bad (failed)", "visitor: good", "assistant: Hi"]);
});

test("a message that is being answered already is asked for again, as politely as the server wishes", async () => {
  const tab = new Tab();
  let busy = 3;
  tab.answer = (request) => (busy-- > 0 ? refuse(409, "message_in_progress", busy === 2 ? 4 : undefined) : answered(request, "Hi"));
  tab.chat.send("one");
  await tab.quiet();
  assert.deepEqual(tab.shown, ["visitor: one", "assistant: Hi"]);
  assert.deepEqual(tab.slept, [4_000, 1_000, 1_000]);
  assert.equal(new Set(tab.asked.map((request) => request.messageId)).size, 1);
});

test("that has an end", async () => {
  const tab = new Tab();
  tab.answer = () => refuse(409, "message_in_progress");
  tab.chat.send("one");
  await tab.quiet();
  assert.equal(tab.chat.state.failure?.code, "message_in_progress");
});

test("a conversation that is gone is begun anew", async () => {
  const tab = new Tab();
  tab.visit.conversationId = "gone";
  tab.answer = (request) => (request.conversationId ? refuse(404, "not_found") : answered(request, "Hi"));
  tab.chat.send("one");
  await tab.quiet();
  assert.deepEqual(tab.shown, ["visitor: one", "assistant: Hi"]);
  assert.equal(tab.visit.conversationId, "c1");
});

test("a contact that the server doesn't take costs no message", async () => {
  const tab = new Tab();
  tab.visit.saveContact({ email: "g@l" });
  tab.answer = (request) => (request.contact ? refuse(400, "invalid_request") : answered(request, "Hi"));
  tab.chat.send("one");
  await tab.quiet();
  assert.deepEqual(tab.shown, ["visitor: one", "assistant: Hi"]);
  assert.equal(tab.failures.length, 1);
});

test("a message that wasn't sent stays at the end when the transcript is looked up", async () => {
  const tab = new Tab();
  tab.answer = () => refuse(0, "network");
  tab.chat.send("unsent");
  await tab.quiet();
  tab.history = () => ({ conversationId: "c1", messages: [wire("p1", "agent", "Hello")] });
  await tab.chat.refresh();
  assert.deepEqual(tab.shown, ["agent: Hello", "visitor: unsent (failed)"]);
});

test("s06 each kind of failure has its own words", () => {
  const words = panelWords("en");
  const kinds: [number, string][] = [
    [401, "token_expired"],
    [403, "domain_not_authorized"],
    [404, "widget_not_found"],
    [429, "usage_limit_exceeded"],
    [429, "rate_limited"],
    [400, "no_assistant"],
    [400, "invalid_request"],
    [500, "assistant_misconfigured"],
    [500, "server_error"],
    [0, "network"],
    [0, "timeout"],
  ];
  const titles = kinds.map(([status, code]) => explainFailure(words, { status, code, retryAfter: undefined }).title);
  assert.equal(new Set(titles).size, kinds.length);
  assert.equal(explainFailure(words, { status: 401, code: "token_missing", retryAfter: undefined }).body, "This chat needs to be renewed by the site’s owner.");
  assert.equal(explainFailure(words, { status: 0, code: "network", retryAfter: undefined }, { online: false }).title, "You are offline");
  const when = (retryAfter: number): string => explainFailure(words, { status: 429, code: "rate_limited", retryAfter }).body;
  assert.deepEqual([0, 20, 60, 90, 7_200, 90_000].map(when), [
    "You can send it again in 1 second.",
    "You can send it again in 20 seconds.",
    "You can send it again in 1 minute.",
    "You can send it again in 2 minutes.",
    "You can send it again in 2 hours.",
    "You can send it again in 2 days.",
  ]);
});
