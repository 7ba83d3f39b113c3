/** The test's page: the real widget tells it of a test outcome, and it shows what arrived where, and after how long. */

import { renderWebWidget } from "/web-widget.js";

const PATIENCE = 8000; // ms
const BEFORE_CONSENT = 1200; // ms: twice what a snippet lets pass between two looks at the consent
const { arrivals, heard, options } = window.trial;
const rows = new Map([...document.querySelectorAll("[data-arrives]")].map((row) => [row.dataset.arrives, row]));
const verdict = document.getElementById("trial-verdict");
const framed = window !== window.top;
let firedAt = 0;
let grantedAt = 0;

document.body.classList.toggle("is-page", !framed);

/** What arrived there of the test; a chat under way in this browser may have outcomes of its own. */
function arrivalsAt(what) {
  return arrivals.filter((one) => one.what === what && JSON.stringify(one.given).includes('"test_'));
}

/** Wait for something to have arrived; false when the time is up. */
function arrived(what) {
  return new Promise((resolve) => {
    const look = () => arrivalsAt(what).length > 0 && finish(true);
    const finish = (came) => {
      clearTimeout(timer);
      heard.removeEventListener("arrival", look);
      resolve(came);
    };
    const timer = setTimeout(() => finish(false), PATIENCE);
    heard.addEventListener("arrival", look);
    look();
  });
}

function settle(row, good, { time = "", text } = {}) {
  row.dataset.state = good ? "good" : "bad";
  row.querySelector("[data-state-words]").textContent = good ? ", arrived" : ", did not arrive";
  row.querySelector("[data-time]").textContent = time;
  if (text) row.querySelector("code").textContent = text;
}

function since(at) {
  const ms = (start) => `${Math.max(1, Math.round(at - start))} ms`;
  return grantedAt && at > grantedAt ? `${ms(grantedAt)} after consent` : ms(firedAt);
}

/** Show what came first of its kind, or that it didn't come; true when it did, and once. */
async function show(what) {
  const row = rows.get(what);
  const came = await arrived(what);
  const all = arrivalsAt(what);
  if (!came) settle(row, false, { text: `Nothing arrived within ${PATIENCE / 1000} seconds.` });
  else settle(row, all.length === 1, { time: since(all[0].at), text: JSON.stringify(all[0].given, null, 2) });
  return came && all.length === 1;
}

/** Consent is denied at first: nothing may have been called by then. */
async function showHeld() {
  await new Promise((resolve) => setTimeout(resolve, BEFORE_CONSENT));
  const early = arrivals.filter((one) => one.what.startsWith("call "));
  const text = early.length ? JSON.stringify(early, null, 2) : `For ${BEFORE_CONSENT} ms no place was called; then this page granted consent.`;
  settle(rows.get("consent held"), early.length === 0, { text });
  grantedAt = performance.now();
  window.gtag("consent", "update", { analytics_storage: "granted", ad_storage: "granted" });
  return early.length === 0;
}

async function run() {
  // In a frame its corner is taken: there it works out of sight.
  const container = framed ? { container: document.querySelector("[data-widget]") } : {};
  const handle = renderWebWidget({ ...options.widget, ...container });
  await new Promise((resolve) => handle.on("ready", resolve));
  firedAt = performance.now();
  handle.test(options.event_type);
  const names = [...rows.keys()];
  const events = await Promise.all(names.filter((name) => name.startsWith("window ")).map(show));
  const held = options.consent ? await showHeld() : true;
  const calls = await Promise.all(names.filter((name) => name.startsWith("call ")).map(show));
  const good = [...events, held, ...calls].every(Boolean);
  verdict.dataset.state = good ? "good" : "bad";
  verdict.querySelector("[data-words]").textContent = good ? "The test event arrived" : "The test event did not arrive everywhere";
  document.querySelector("[data-clock-now]").textContent = new Date().toLocaleTimeString();
  document.documentElement.dataset.trial = good ? "good" : "bad";
}

void run();
