import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Claims } from "../src/claims";
import { isTest, Tracker, type TrackerDoors } from "../src/tracking";
import { checkTracking } from "../src/tracking_options";
import type { TrackingOptions } from "../src/types";
import { FakeLocks, useLocks, useStorage } from "./world";

const STABLE = "autochat.widget_tracking.v1";
const ALIAS = "autochat.lead_qualified.v1";
const NEVER = new AbortController().signal;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  useStorage();
  useLocks(new FakeLocks());
  globalThis.addEventListener ??= (() => undefined) as typeof addEventListener;
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

const claims = (): Claims => new Claims("autochat:acme", NEVER);

interface Shop {
  tracker: Tracker;
  page: EventTarget & Record<string, unknown>;
  heard: [string, unknown][];
  told: string[];
}

/** A page that listens to these names, and a tab's tracker on it. */
function open(names: string[], options: TrackingOptions = {}, more: Partial<TrackerDoors> = {}): Shop {
  const page = new EventTarget() as Shop["page"];
  const heard: Shop["heard"] = [];
  const told: string[] = [];
  for (const name of names) page.addEventListener(name, (event) => heard.push([name, (event as CustomEvent).detail]));
  const doors = { options, claims: claims(), consent: () => undefined, told: (one: { event_id: string }) => told.push(one.event_id), page };
  return { tracker: new Tracker({ ...doors, ...more }), page, heard, told };
}

test("s20 the stable event comes first, then the alias, with the same detail", async () => {
  const { tracker, heard, told } = open([STABLE, ALIAS]);
  tracker.tell(outcome("e1"));
  await turn();
  assert.deepEqual(heard, [
    [STABLE, outcome("e1")],
    [ALIAS, outcome("e1")],
  ]);
  assert.deepEqual(told, ["e1"]);
});

test("s20 an outcome is told once, also by another tab or after a reload", async () => {
  const { tracker, heard } = open([STABLE]);
  tracker.tell(outcome("e1"));
  tracker.tell(outcome("e1"));
  await turn();
  tracker.tell(outcome("e1"));
  const reloaded = open([STABLE]);
  reloaded.tracker.tell(outcome("e1"));
  await turn();
  assert.deepEqual([heard.length, reloaded.heard.length], [1, 0]);
});

test("s20 two tabs that hear it at once tell it once, although storage is slow to reach the other", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const first = await claims().claim("e1");
  useStorage(); // the other tab doesn't see yet what the first one wrote
  const second = await claims().claim("e1");
  assert.deepEqual([first, second], [true, false]);
  mock.timers.tick(10_000);
  await turn();
  assert.equal(await claims().claim("e1"), true); // the lock is free again; from here on storage remembers
  mock.timers.reset();
});

test("s20 without locks the tab that wrote last tells it, and only that one", async () => {
  useLocks();
  const won = await Promise.all([claims().claim("e1"), claims().claim("e1"), claims().claim("e1")]);
  assert.equal(won.filter(Boolean).length, 1);
  assert.equal(await claims().claim("e1"), false);
});

test("s20 a page without storage still tells once", async () => {
  useLocks();
  useStorage().blocked = true;
  const one = claims();
  assert.deepEqual([await one.claim("e1"), await one.claim("e1")], [true, false]);
});

test("s20 what another tab's writing wiped out is put back", async () => {
  const listeners: ((event: { key: string }) => void)[] = [];
  globalThis.addEventListener = ((_: string, listener: never) => listeners.push(listener)) as never;
  await claims().claim("e1");
  localStorage.setItem("autochat:acme:told", JSON.stringify({ told: ["e2"] })); // it had not seen e1
  for (const listener of listeners) listener({ key: "autochat:acme:told" });
  assert.deepEqual(JSON.parse(localStorage.getItem("autochat:acme:told") ?? ""), { told: ["e2", "e1"] });
});

test("s22 an alias belongs to its own outcome only", async () => {
  const { tracker, heard } = open([STABLE, ALIAS, "autochat.conversation_started.v1"]);
  tracker.tell(outcome("e1", "autochat.conversation_started.v1"));
  await turn();
  assert.deepEqual(heard.map(([name]) => name), [STABLE, "autochat.conversation_started.v1"]);
});

test("a name that isn't ours is never dispatched on somebody's page", async () => {
  const { tracker, heard } = open([STABLE, "click", "load"]);
  tracker.tell(outcome("e1", "click"));
  await turn();
  assert.deepEqual(heard.map(([name]) => name), [STABLE]);
});

test("what is no outcome is left alone", async () => {
  const { tracker, heard } = open([STABLE]);
  for (const wrong of [undefined, null, "x", {}, { event_id: 1, event_type: ALIAS }, { event_id: "", event_type: ALIAS }, { event_id: "e" }]) {
    tracker.tell(wrong);
  }
  await turn();
  assert.equal(heard.length, 0);
});

test("one listener's changes don't reach the next", async () => {
  const { tracker, page, heard } = open([]);
  page.addEventListener(STABLE, (event) => Object.assign((event as CustomEvent<{ data: object }>).detail.data, { plan: "changed" }));
  page.addEventListener(ALIAS, (event) => heard.push([ALIAS, (event as CustomEvent<{ data: object }>).detail.data]));
  tracker.tell(outcome("e1"));
  await turn();
  assert.deepEqual(heard, [[ALIAS, { plan: "weekly" }]]);
});

test("the memory of told outcomes is bounded", async () => {
  useLocks();
  const one = claims();
  await Promise.all(Array.from({ length: 400 }, (_, index) => one.claim(`e${index}`)));
  const saved = JSON.parse(localStorage.getItem("autochat:acme:told") ?? "{}") as { told: string[] };
  assert.equal(saved.told.length, 300);
  assert.equal(await one.claim("e399"), false);
});

/** Stubs for every place that a bridge speaks to. */
function stubs(page: Record<string, unknown>): { calls: unknown[][] } {
  const calls: unknown[][] = [];
  const note = (name: string) => (...given: unknown[]) => calls.push([name, ...given]);
  Object.assign(page, {
    dataLayer: { push: note("dataLayer") },
    gtag: note("gtag"),
    fbq: note("fbq"),
    analytics: { track: note("segment") },
    posthog: { capture: note("posthog") },
    _paq: { push: note("matomo") },
    plausible: note("plausible"),
  });
  return { calls };
}

const PARAMETERS = {
  autochat_event_type: ALIAS,
  autochat_event_id: "e1",
  autochat_trigger_source: "rule",
  autochat_scope: "chat_widget_tracking",
};
const ALL = ["dataLayer", "gtag", "fbq", "segment", "posthog", "matomo", "plausible"] as const;
const NAME = "chat_widget_tracking";

test("b1 each bridge speaks its analytics' own words, under one id", async () => {
  const { tracker, page } = open([], { bridges: [...ALL] });
  const { calls } = stubs(page);
  tracker.tell(outcome("e1"));
  tracker.tell(outcome("e1"));
  await turn();
  const facts = { autochat_occurred_at: "2026-03-31T14:05:00Z", autochat_conversation_id: "c1", autochat_value: null, autochat_currency: null };
  assert.deepEqual(calls, [
    ["dataLayer", { event: STABLE, ...PARAMETERS, ...facts }],
    ["gtag", "event", NAME, PARAMETERS],
    ["fbq", "trackCustom", NAME, PARAMETERS, { eventID: "e1" }],
    ["segment", NAME, PARAMETERS],
    ["posthog", NAME, PARAMETERS],
    ["matomo", ["trackEvent", NAME, ALIAS, "e1"]],
    ["plausible", NAME, { props: PARAMETERS }],
  ]);
});

test("b1 a bridge without its global is silent, one that throws stops no other", async () => {
  const { tracker, page, heard } = open([STABLE], { bridges: ["fbq", "gtag", "posthog"] });
  const { calls } = stubs(page);
  delete page["fbq"];
  page["gtag"] = () => {
    throw new Error("theirs");
  };
  const complaint = mock.method(console, "error", () => undefined);
  tracker.tell(outcome("e1"));
  await turn();
  complaint.mock.restore();
  assert.deepEqual([heard.length, calls.map(([name]) => name)], [1, ["posthog"]]);
});

test("b1 the page's own word holds what would leave, and lets it go once", async () => {
  let said: boolean | undefined;
  const { tracker, page, heard } = open([STABLE], { bridges: ["gtag"], consent: "page" }, { consent: () => said });
  const { calls } = stubs(page);
  tracker.tell(outcome("e1"));
  tracker.tell(outcome("e1")); // a fresh stream says it again
  said = false;
  tracker.look();
  await turn();
  assert.deepEqual([heard.length, calls.length], [1, 0]);
  said = true;
  tracker.look();
  tracker.look();
  await turn();
  assert.equal(calls.length, 1);
});

test("b1 Consent Mode holds each bridge by its own signal, and the events if asked to", async () => {
  mock.timers.enable({ apis: ["setInterval"] });
  const { tracker, page, heard } = open([STABLE], { bridges: ["gtag", "fbq"], consent: "google", holdEvents: true });
  const { calls } = stubs(page);
  const layer: unknown[] = [{ event: "gtm.js" }, undefined, ["consent", "default", { analytics_storage: "denied", ad_storage: "denied" }]];
  page["dataLayer"] = layer;
  layer.push(["consent", "default", { analytics_storage: "granted", region: ["US"] }]);
  tracker.tell(outcome("e1"));
  await turn();
  assert.deepEqual([heard.length, calls.length], [0, 0]);
  layer.push(["consent", "update", { analytics_storage: "granted" }]);
  mock.timers.tick(500);
  await turn();
  assert.deepEqual([heard.length, calls.map(([name]) => name)], [1, ["gtag"]]);
  page["google_tag_data"] = { ics: { entries: { ad_storage: { default: false, update: true } } } }; // a banner that tells only Google
  mock.timers.tick(500);
  await turn();
  assert.deepEqual(calls.map(([name]) => name), ["gtag", "fbq"]);
  tracker.stop();
  mock.timers.reset();
});

test("b2 a test goes the same way and says that it is one", async () => {
  const { tracker, page, heard } = open([STABLE, "autochat.quote_requested.v1"], { bridges: ["gtag"] });
  const { calls } = stubs(page);
  tracker.test("autochat.quote_requested.v1");
  await turn();
  const detail = heard[0]?.[1] as { event_id: string; event_type: string; data: object };
  assert.deepEqual([heard.length, calls.length, detail.data], [2, 1, { test: true }]);
  assert.ok(isTest(detail));
});

test("s11 a wrong part of the option is named and the rest is used", () => {
  const given = { bridges: ["gtag", "ga5"], consent: "google", hold: true };
  assert.deepEqual(checkTracking(given), {
    options: { consent: "google" },
    mistakes: [
      '"tracking.bridges" has to be a list of dataLayer, gtag, fbq, segment, posthog, matomo, plausible',
      '"tracking.hold" is not an option',
    ],
  });
  assert.deepEqual(checkTracking(), { options: {}, mistakes: [] });
});
