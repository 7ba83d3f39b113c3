import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ApiError } from "../src/api";
import { Chat, type ChatDoors } from "../src/chat";
import type { Line } from "../src/lines";
import { Session } from "../src/session";
import { explainFailure, panelWords } from "../src/strings";
import type { ChatReply, ChatRequest, History, WireMessage } from "../src/types";
import { Visit } from "../src/visit";
import { until, useStorage } from "./world";

beforeEach(() => {
  useStorage();
});

type Hear = ((text: string) => void) | undefined;
type Answer = (request: ChatRequest, hear: Hear) => ChatReply | Promise<ChatReply>;

/** A tab of a visitor's browser, with a server that the test plays. */
class Tab {
  readonly visit = new Visit(new Session("acme"));
  readonly asked: ChatRequest[] = [];
  readonly lookups: (string | undefined)[] = [];
  readonly told: Line[] = [];
  readonly failures: unknown[] = [];
  readonly outcomes: unknown[] = [];
  readonly slept: number[] = [];
  readonly stopped: string[] = [];
  stop: (messageId: string) => void = () => undefined;
  answer: Answer = (request) => answered(request, `You said ${request.message}`);
  history: () => History | Promise<History> = () => ({ conversationId: "c1", messages: [] });
  readonly chat: Chat;

  constructor() {
    const doors: ChatDoors = {
      api: {
        chat: async (request, hear) => {
          this.asked.push(structuredClone(request));
          return this.answer(request, hear);
        },
        stop: async (_session, messageId) => {
          this.stopped.push(messageId);
          this.stop(messageId);
        },
        messages: async (_session, after) => {
          this.lookups.push(after);
          return this.history();
        },
      },
      visit: this.visit,
      page: () => ({ url: "https://www.acme.example/", title: "Boats", referrer: "" }),
      tell: {
        message: (line) => this.told.push(line),
        failure: (error) => this.failures.push(error),
        outcome: (outcome) => this.outcomes.push(outcome),
        started: () => undefined,
      },
      sleep: async (ms) => void this.slept.push(ms),
    };
    this.chat = new Chat(doors);
  }

  get shown(): string[] {
    return this.chat.state.lines.map((line) => `${line.author}: ${line.text}${line.state === "sent" ? "" : ` (${line.state})`}`);
  }

  hear(event: string, data: unknown): void {
    this.chat.takeEvent({ event, data: JSON.stringify(data) });
  }

  async quiet(): Promise<void> {
    await until(() => !this.chat.state.waiting && !this.chat.state.lines.some((line) => line.state === "queued" || line.state === "sending"), "quiet");
  }
}

function answered(request: ChatRequest, message: string | null, metadata: ChatReply["metadata"] = { status: "answered" }): ChatReply {
  return { conversationId: "c1", messageId: request.messageId, message, metadata };
}

function wire(messageId: string, author: WireMessage["author"], message: string, more: Partial<WireMessage> = {}): WireMessage {
  return { messageId, author, message, createdAt: "2026-03-31T14:05:00Z", ...more };
}

function refuse(status: number, code: string, retryAfter?: number): never {
  throw new ApiError({ method: "POST", url: "https://api.example/chat", status, code, retryAfter });
}

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

test("a message that wasn't sent stays at the end when the transcript is looked up", async () => {
  const tab = new Tab();
  tab.answer = () => refuse(0, "network");
  tab.chat.send("unsent");
  await tab.quiet();
  tab.history = () => ({ conversationId: "c1", messages: [wire("p1", "agent", "Hello")] });
  await tab.chat.refresh();
  assert.deepEqual(tab.shown, ["agent: Hello", "visitor: unsent (failed)"]);
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

/** An answer that the test lets grow and end. */
class Telling {
  hear: Hear;
  #end: (reply: ChatReply) => void = () => undefined;
  #request: ChatRequest | undefined;

  readonly answer: Answer = (request, hear) => {
    this.hear = hear;
    this.#request = request;
    return new Promise((resolve) => (this.#end = resolve));
  };

  end(message: string | null, metadata?: ChatReply["metadata"]): void {
    this.#end(answered(this.#request as ChatRequest, message, metadata));
  }
}

function parts(tab: Tab): string[] {
  return tab.chat.state.lines.filter((line) => line.partial).map((line) => line.text);
}

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
