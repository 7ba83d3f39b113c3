/** Tries from this very browser what only a browser can: script, first call, live connection. The server says the words. */
import { ask, Failed, piece } from "./lib/fragment.js";

const PATIENCE = 10_000; // ms for one try
const place = document.getElementById("findings");
const { base, tenant, token, liveUrl } = place.dataset;
const running = document.getElementById("running");
const all = running.children.length;
const written = document.getElementById("report-text").textContent;
const heard = []; // of what this browser has tried
let done = 0;

async function get(url, headers = {}) {
  return fetch(url, { headers, cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(PATIENCE) });
}

async function accessToken() {
  return (await (await ask("/api/auth/session", { method: "POST" })).json()).access;
}

/** The code and id of an error of the API. */
async function refusal(response) {
  const body = await response.json().catch(() => null);
  return {
    outcome: "status",
    status: response.status,
    code: body?.error?.code ?? "",
    request_id: response.headers.get("X-Request-ID") ?? "",
  };
}

async function script() {
  for (const name of ["/web-widget.js", "/web-widget.classic.js"]) {
    const response = await get(base + name);
    if (!response.ok) return { outcome: "status", status: response.status };
    if (!/javascript/.test(response.headers.get("Content-Type"))) return { outcome: "wrong", status: response.status };
  }
  return { outcome: "ok" };
}

async function api() {
  const response = await get(`${base}/api/widgets/${tenant}/config`, { Authorization: `Bearer ${token}` });
  return response.ok ? { outcome: "ok", status: 200 } : refusal(response);
}

async function parts() {
  const response = await get("/readyz");
  if (response.ok) return { outcome: "ok" };
  const { failed } = await response.json().catch(() => ({ failed: [] }));
  return { outcome: "failed", status: response.status, code: failed.join(".") };
}

async function presets() {
  const response = await get("/api/tracking/presets", { Authorization: `Bearer ${await accessToken()}` });
  if (!response.ok) return refusal(response);
  const body = await response.json().catch(() => null);
  return body?.presets?.length ? { outcome: "ok" } : { outcome: "wrong", status: 200 };
}

/** Open, sign in, ping: what went wrong first. */
async function socket() {
  const access = await accessToken();
  return new Promise((resolve) => {
    const line = new WebSocket(`${location.origin.replace("http", "ws")}/api/ws/tenant`);
    let opened = false;
    let code = "";
    const end = (told) => {
      clearTimeout(timer);
      line.onclose = line.onmessage = null;
      line.close();
      resolve({ origin: location.origin, ...told });
    };
    const timer = setTimeout(() => end({ outcome: opened ? "silent" : "refused" }), PATIENCE);
    line.onopen = () => {
      opened = true;
      line.send(JSON.stringify({ type: "auth", token: access }));
    };
    line.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.type === "auth:ok") line.send(JSON.stringify({ type: "ping" }));
      else if (frame.type === "pong") end({ outcome: "ok" });
      else if (frame.type === "error") code = frame.code;
    };
    line.onclose = ({ code: status }) => end(opened ? { outcome: "closed", status, code } : { outcome: "refused", status });
  });
}

const TRIES = { script, api, parts, presets, socket };

async function tried(check) {
  const began = performance.now();
  try {
    return { ...(await TRIES[check]()), took: Math.round(performance.now() - began) };
  } catch (error) {
    return error instanceof Failed && error.status ? { outcome: "status", status: error.status } : { outcome: "unreachable" };
  }
}

function count() {
  const number = document.querySelectorAll("#troubled > .finding").length;
  document.getElementById("troubled-section").hidden = !number;
  document.querySelector("#troubled-title [data-number]").textContent = number;
  document.querySelector("[data-one]").hidden = number !== 1;
  document.querySelector("[data-many]").hidden = number === 1;
  document.getElementById("all-well").hidden = number > 0;
  document.querySelector("[data-waiting-words]").hidden = done === all;
  document.querySelector("[data-done-words]").hidden = done < all;
  document.getElementById("passed-number").textContent = document.getElementById("passed").children.length;
  document.getElementById("running-words").textContent = `${done} of ${all} done`;
  document.getElementById("live").hidden = !running.children.length;
}

/** What the page's check found belongs into the report, too; the last look takes the place of the one before. */
function report() {
  const page = document.querySelector("#page [data-report]")?.content.textContent ?? "";
  document.getElementById("report-text").textContent = [written, ...heard, page].filter(Boolean).join("\n\n");
}

/** Put a finding where it belongs: the gravest first, what is well among what is well. */
function put(found) {
  const finding = found.querySelector("[data-state]");
  const { state } = finding.dataset;
  const told = found.querySelector("[data-report]");
  if (state === "good") document.getElementById("passed").append(finding);
  else if (state === "bad") document.getElementById("troubled").prepend(finding);
  else document.getElementById("troubled").append(finding);
  if (state !== "good") heard.push(told.content.textContent);
  report();
}

async function run(row) {
  const { check } = row.dataset;
  const told = await tried(check);
  try {
    put(await piece(`${liveUrl}${check}?${new URLSearchParams(told)}`));
    row.remove();
  } catch {
    row.lastElementChild.textContent = "The server could not be asked what that means. Examine again.";
  }
  done += 1;
  count();
}

document.addEventListener("htmx:afterSettle", report);
for (const row of [...running.children]) run(row);
if (!all) count();
