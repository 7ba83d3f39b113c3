import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Api, isApiError } from "../src/api";
import { postChat } from "../src/endpoints";
import type { ChatRequest } from "../src/types";
import { json, serve, type Wire } from "./world";

const REQUEST: ChatRequest = { sessionId: "s", message: "When?", messageId: "m1" };
const REPLY = { success: true, conversationId: "c1", messageId: "m1", message: "At nine.", metadata: { status: "answered" }, tracking: [] };
const BODY = `: \n\nevent: delta\ndata: {"text":"At"}\n\nevent: delta\ndata: {"text":" nine."}\n\nevent: message\ndata: ${JSON.stringify(REPLY)}\n\n`;
const SSE = { "Content-Type": "text/event-stream; charset=utf-8" };

let server: Wire | undefined;
const { fetch } = globalThis;

afterEach(async () => {
  globalThis.fetch = fetch;
  await server?.close();
});

async function ask(): Promise<{ heard: string[]; reply: unknown; code: string | undefined }> {
  const heard: string[] = [];
  try {
    const reply = await postChat(new Api((server as Wire).url, "t", "k"), REQUEST, (text) => heard.push(text));
    return { heard, reply, code: undefined };
  } catch (error) {
    return { heard, reply: undefined, code: isApiError(error) ? error.code : String(error) };
  }
}

test("test_p01 the answer is heard piece by piece, however its bytes are cut", async () => {
  for (const size of [1, 7, 50, 1_000]) {
    server = await serve(async (response) => {
      response.writeHead(200, SSE);
      const bytes = Buffer.from(BODY.replace("nine", "ni\u00f1e"));
      for (let at = 0; at < bytes.length; at += size) {
        response.write(bytes.subarray(at, at + size));
        await new Promise(setImmediate);
      }
      response.end();
    });
    assert.deepEqual(await ask(), { heard: ["At", " ni\u00f1e."], reply: REPLY, code: undefined });
    assert.equal(server.calls[0]?.headers.accept, "text/event-stream");
    await server.close();
  }
});

test("test_p01 an answer that comes as JSON, or all at once, is taken as well", async () => {
  server = await serve((response) => json(response, 200, REPLY));
  assert.deepEqual(await ask(), { heard: [], reply: REPLY, code: undefined });
  await server.close();
  server = await serve((response) => response.writeHead(200, SSE).end(BODY));
  globalThis.fetch = async (...given) => Object.defineProperty(await fetch(...given), "body", { value: undefined });
  assert.deepEqual(await ask(), { heard: ["At", " nine."], reply: REPLY, code: undefined });
});

test("test_p01 a line that breaks, refusals and failures each have their code", async () => {
  const told = (body: string): ((response: Parameters<Parameters<typeof serve>[0]>[0]) => void) => (response) => response.writeHead(200, SSE).end(body);
  const error = (code: string): string => `event: error\ndata: {"success":false,"error":{"code":"${code}","message":"No."}}\n\n`;
  const cases: [Parameters<typeof serve>[0], string][] = [
    [told(BODY.slice(0, 60)), "interrupted"],
    [told("event: delta\ndata: {broken\n\n"), "interrupted"],
    [(response) => void response.writeHead(200, SSE).write(BODY.slice(0, 60), () => response.destroy()), "interrupted"],
    [told(error("no_assistant")), "no_assistant"],
    [(response) => json(response, 409, { success: false, error: { code: "message_in_progress" } }), "message_in_progress"],
  ];
  for (const [answer, code] of cases) {
    server = await serve(answer);
    assert.equal((await ask()).code, code);
    await server.close();
  }
});
