import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Session } from "../src/session";
import { dispatchOutcome } from "../src/tracking";
import { Visit } from "../src/visit";
import { FakeLocks, useLocks, useStorage } from "./world";

const STABLE = "autochat.widget_tracking.v1";
const ALIAS = "autochat.lead_qualified.v1";

beforeEach(() => {
  useStorage();
  useLocks();
});

function outcome(id: string, type = ALIAS): Record<string, unknown> {
  return {
    scope: "chat_widget_tracking",
    event_id: id,
    event_type: type,
    occurred_at: "2026-03-31T14:05:00Z",
    conversation_id: "c1",
    session_id: "s1",
    trigger_source: "rule",
    data: { plan: "weekly" },
    dispatch_version: 1,
  };
}

function listen(...names: string[]): { page: EventTarget; heard: [string, unknown][] } {
  const page = new EventTarget();
  const heard: [string, unknown][] = [];
  for (const name of names) page.addEventListener(name, (event) => heard.push([name, (event as CustomEvent).detail]));
  return { page, heard };
}

const visit = (): Visit => new Visit(new Session("acme"));

test("s20 the stable event comes first, then the alias, with the same detail", async () => {
  const { page, heard } = listen(STABLE, ALIAS);
  assert.equal(await dispatchOutcome(outcome("e1"), visit(), page), true);
  assert.deepEqual(heard, [
    [STABLE, outcome("e1")],
    [ALIAS, outcome("e1")],
  ]);
});

test("an outcome is told once, also by another tab or after a reload", async () => {
  const { page, heard } = listen(STABLE);
  const told = await Promise.all([dispatchOutcome(outcome("e1"), visit(), page), dispatchOutcome(outcome("e1"), visit(), page)]);
  assert.deepEqual(told, [true, false]);
  assert.equal(await dispatchOutcome(outcome("e1"), visit(), page), false);
  assert.equal(heard.length, 1);
});

test("two tabs that hear it at once tell it once, although storage is slow to reach the other", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  useLocks(new FakeLocks());
  const { page, heard } = listen(STABLE);
  const first = await dispatchOutcome(outcome("e1"), visit(), page);
  useStorage(); // the other tab doesn't see yet what the first one wrote
  const second = await dispatchOutcome(outcome("e1"), visit(), page);
  assert.deepEqual([first, second, heard.length], [true, false, 1]);
  mock.timers.tick(10_000);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await visit().claim("e1"), true); // the lock is free again; from here on storage remembers
  mock.timers.reset();
});

test("s22 an alias belongs to its own outcome only", async () => {
  const { page, heard } = listen(STABLE, ALIAS, "autochat.conversation_started.v1");
  await dispatchOutcome(outcome("e1", "autochat.conversation_started.v1"), visit(), page);
  assert.deepEqual(heard.map(([name]) => name), [STABLE, "autochat.conversation_started.v1"]);
});

test("a name that isn't ours is never dispatched on somebody's page", async () => {
  const { page, heard } = listen(STABLE, "click", "load");
  await dispatchOutcome(outcome("e1", "click"), visit(), page);
  assert.deepEqual(heard.map(([name]) => name), [STABLE]);
});

test("what is no outcome is left alone", async () => {
  const { page, heard } = listen(STABLE);
  for (const wrong of [undefined, null, "x", {}, { event_id: 1, event_type: ALIAS }, { event_id: "", event_type: ALIAS }, { event_id: "e" }]) {
    assert.equal(await dispatchOutcome(wrong, visit(), page), false);
  }
  assert.equal(heard.length, 0);
});

test("one listener's changes don't reach the next", async () => {
  const { page, heard } = listen();
  page.addEventListener(STABLE, (event) => Object.assign((event as CustomEvent<{ data: object }>).detail.data, { plan: "changed" }));
  page.addEventListener(ALIAS, (event) => heard.push([ALIAS, (event as CustomEvent<{ data: object }>).detail.data]));
  await dispatchOutcome(outcome("e1"), visit(), page);
  assert.deepEqual(heard, [[ALIAS, { plan: "weekly" }]]);
});

test("the memory of told outcomes is bounded", async () => {
  const one = visit();
  for (let index = 0; index < 400; index++) await one.claim(`e${index}`);
  const saved = JSON.parse(localStorage.getItem("autochat:acme") ?? "{}") as { events: string[] };
  assert.equal(saved.events.length, 300);
  assert.equal(await one.claim("e399"), false);
});
