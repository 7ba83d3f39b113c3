import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { ApiError } from "../src/api";
import { SseParser, type SseFrame } from "../src/sse";
import { Stream, backoff } from "../src/stream";
import { until } from "./world";

const WIRE = 'retry: 2000\n\n: alive\n\nid: 7\nevent: message\ndata: {"a":\ndata: 1}\n\nid: 8\r\nevent: typing\r\ndata:{}\r\n\r\ndata: plain\n\n';
const FRAMES: SseFrame[] = [
  { event: "message", data: '{"a":\n1}' },
  { event: "typing", data: "{}" },
  { event: "message", data: "plain" },
];

test("events are read however the network cuts them", () => {
  for (let size = 1; size <= WIRE.length; size++) {
    const parser = new SseParser();
    const frames: SseFrame[] = [];
    for (let at = 0; at < WIRE.length; at += size) frames.push(...parser.feed(WIRE.slice(at, at + size)));
    assert.deepEqual(frames, FRAMES, `in pieces of ${size}`);
    assert.equal(parser.lastEventId, "8");
  }
});

test("a cut forgets half an event and keeps the last whole one's id", () => {
  const parser = new SseParser();
  parser.feed("id: 3\ndata: a\n\nevent: closed\ndata: hal");
  parser.reset();
  assert.deepEqual(parser.feed("data: b\n\n"), [{ event: "message", data: "b" }]);
  assert.equal(parser.lastEventId, "3");
});

test("waiting is spread over the whole of a doubling, bounded span", () => {
  assert.deepEqual([0, 1, 2, 10].map((attempt) => backoff(attempt, () => 1)), [1_000, 2_000, 4_000, 30_000]);
  assert.equal(backoff(5, () => 0), 0);
});

class Page extends EventTarget {
  hidden = false;

  turn(hidden: boolean): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

/** A line that the test can speak on, cut and refuse. */
class Line {
  readonly opened: string[] = [];
  readonly heard: SseFrame[] = [];
  readonly refused: ApiError[] = [];
  readonly page = new Page();
  ups = 0;
  next: (() => Promise<Response>) | undefined;
  #out: ReadableStreamDefaultController<Uint8Array> | undefined;
  readonly stream = new Stream(
    {
      open: (lastEventId, signal) => this.#open(lastEventId, signal),
      onEvent: (frame) => this.heard.push(frame),
      onOpen: () => this.ups++,
      onRefused: (error) => this.refused.push(error),
    },
    this.page as unknown as Document,
    () => 1, // no waiting in tests
  );

  say(text: string): void {
    this.sayBytes(...new TextEncoder().encode(text));
  }

  sayBytes(...bytes: number[]): void {
    this.#out?.enqueue(Uint8Array.from(bytes));
  }

  cut(): void {
    this.#out?.error(new Error("cut"));
  }

  end(): void {
    this.#out?.close();
  }

  #open(lastEventId: string, signal: AbortSignal): Promise<Response> {
    this.opened.push(lastEventId);
    const next = this.next;
    this.next = undefined;
    if (next) return next();
    const body = new ReadableStream<Uint8Array>({ start: (out) => void (this.#out = out) });
    signal.addEventListener("abort", () => this.cut());
    return Promise.resolve(new Response(body));
  }
}

let line = new Line();

afterEach(() => {
  line.stream.stop();
  line = new Line();
});

function refusal(status: number, retryAfter?: number): () => Promise<Response> {
  return () => Promise.reject(new ApiError({ method: "GET", url: "/stream", status, code: "x", retryAfter }));
}

test("an event reaches the listener, with letters that were cut in two", async () => {
  line.stream.start();
  await until(() => line.ups === 1);
  for (const byte of new TextEncoder().encode("id: 1\nevent: message\ndata: Grüße\n\n")) line.sayBytes(byte);
  await until(() => line.heard.length === 1);
  assert.deepEqual(line.heard, [{ event: "message", data: "Grüße" }]);
});

test("s09 after a cut it comes back and asks for what it missed", async () => {
  line.stream.start();
  await until(() => line.ups === 1);
  line.say("id: 41\ndata: a\n\n");
  await until(() => line.heard.length === 1);
  line.cut();
  await until(() => line.ups === 2);
  line.end();
  await until(() => line.ups === 3);
  assert.deepEqual(line.opened, ["", "41", "41"]);
});

test("a server in trouble is asked again, also when it says when", async () => {
  line.next = refusal(503);
  line.stream.start();
  await until(() => line.opened.length === 2);
  line.next = refusal(429, 0);
  line.cut();
  await until(() => line.opened.length === 4);
  assert.equal(line.refused.length, 0);
});

for (const status of [401, 403, 404]) {
  test(`${status} is final: it is told once and not asked again`, async () => {
    line.next = refusal(status);
    line.stream.start();
    await until(() => line.refused.length === 1);
    line.page.turn(false);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(line.opened, [""]);
  });
}

test("with no conversation open it rests until it is started again", async () => {
  line.next = () => Promise.resolve(new Response(null, { status: 204 }));
  line.stream.start();
  await until(() => line.opened.length === 1);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(line.ups, 0);
  line.stream.start();
  await until(() => line.ups === 1);
});

test("a page that nobody looks at doesn't connect; looked at again, it does at once", async () => {
  line.stream.start();
  await until(() => line.ups === 1);
  line.page.turn(true);
  line.cut();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(line.opened.length, 1);
  line.page.turn(false);
  await until(() => line.ups === 2);
});

test("a page that is opened in the background connects when it is looked at", async () => {
  line.page.hidden = true;
  line.stream.start();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(line.opened, []);
  line.page.turn(false);
  await until(() => line.ups === 1);
});

test("stopped is stopped", async () => {
  line.stream.start();
  await until(() => line.ups === 1);
  line.stream.stop();
  line.page.turn(false);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(line.opened.length, 1);
});
