import assert from "node:assert/strict";
import { test } from "node:test";
import { Api, isApiError, type ApiError } from "../src/api";
import { getMessages, openStream, postChat } from "../src/endpoints";
import { json, serve, type Wire } from "./world";

async function failure(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => assert.fail("the call should have failed"),
    (reason: unknown) => reason,
  );
  assert.ok(isApiError(error), String(error));
  return error;
}

async function refusing(status: number, body: unknown, headers: Record<string, string> = {}): Promise<[ApiError, Wire]> {
  const wire = await serve((response) => json(response, status, body, headers));
  const error = await failure(new Api(wire.url, "acme", "secret").call("GET", "/config"));
  await wire.close();
  return [error, wire];
}

test("a call carries the token and the tenant, whatever the address ends with", async () => {
  const wire = await serve((response) => json(response, 200, { success: true, conversationId: "c1", messages: [] }));
  const history = await getMessages(new Api(`${wire.url}/`, " acme ", " secret "), "s&1", "m 1");
  assert.deepEqual(history, { conversationId: "c1", messages: [] });
  assert.equal(wire.calls[0]?.path, "/api/widgets/acme/messages?sessionId=s%261&after=m%201");
  assert.equal(wire.calls[0]?.headers.authorization, "Bearer secret");
  await wire.close();
});

test("s05 an address that nobody answers at is named, with what to check", async () => {
  const wire = await serve(() => undefined);
  await wire.close();
  const error = await failure(new Api(wire.url, "acme", "secret").call("GET", "/config"));
  assert.equal(error.status, 0);
  assert.equal(error.code, "network");
  assert.match(error.describe(), new RegExp(`GET ${wire.url}/api/widgets/acme/config failed: no answer, network.*Check apiUrl`));
});

test("s25 a refusal is told with status, code, request id and help", async () => {
  const body = { success: false, error: { code: "token_expired", message: "Make a new one.", request_id: "req-1", help: "https://docs.example/t" } };
  const [error, wire] = await refusing(401, body);
  assert.equal(
    error.describe(),
    `[autochat] GET ${wire.url}/api/widgets/acme/config failed: 401, token_expired, request req-1. Make a new one. See https://docs.example/t`,
  );
});

test("s06 a limit says for how long", async () => {
  const [error] = await refusing(429, { success: false, error: { code: "rate_limited", message: "" } }, { "Retry-After": "17", "X-Request-ID": "req-2" });
  assert.equal(error.retryAfter, 17);
  assert.equal(error.requestId, "req-2");
});

test("an error page of something in between is still an error with its status", async () => {
  const [error] = await refusing(502, "<html>Bad gateway</html>");
  assert.equal(error.status, 502);
  assert.equal(error.code, "unknown_error");
  assert.equal(error.retryAfter, undefined);
});

for (const body of ["<html>welcome</html>", "null", "[]", '{"success": false}', ""]) {
  test(`an answer that isn't the API's is no success: ${body || "empty"}`, async () => {
    const [error] = await refusing(200, body);
    assert.equal(error.code, "bad_response");
    assert.match(error.message, /apiUrl/);
  });
}

test("an answer that doesn't come in time is a timeout", async () => {
  const wire = await serve(() => undefined);
  const error = await failure(new Api(wire.url, "acme", "secret").call("GET", "/config", { timeout: 30 }));
  assert.equal(error.code, "timeout");
  await wire.close();
});

test("an answer that stops half way is a timeout too", async () => {
  const wire = await serve((response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    response.write('{"success": tr');
  });
  const error = await failure(new Api(wire.url, "acme", "secret").call("GET", "/config", { timeout: 60 }));
  assert.equal(error.code, "timeout");
  await wire.close();
});

test("a message goes out as JSON", async () => {
  const wire = await serve((response) => json(response, 200, { success: true, conversationId: "c1", messageId: "m1", message: "Hi" }));
  const request = { sessionId: "s", message: "Grüße 🛶", messageId: "m1" };
  const reply = await postChat(new Api(wire.url, "acme", "secret"), request);
  assert.equal(reply.message, "Hi");
  assert.equal(wire.calls[0]?.headers["content-type"], "application/json");
  assert.deepEqual(JSON.parse(wire.calls[0]?.body ?? ""), request);
  await wire.close();
});

test("the stream asks to go on where it stopped, and stops by its signal", async () => {
  const wire = await serve((response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write(": \n\n");
  });
  const abort = new AbortController();
  const api = new Api(wire.url, "acme", "secret");
  const response = await openStream(api, "s", "41", abort.signal);
  assert.equal(wire.calls[0]?.headers["last-event-id"], "41");
  assert.equal(wire.calls[0]?.headers.accept, "text/event-stream");
  abort.abort();
  await assert.rejects(response.text());
  assert.equal((await failure(openStream(api, "s", "", abort.signal))).code, "aborted");
  await wire.close();
});
