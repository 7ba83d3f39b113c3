/** The list of conversations, live: a changed row is fetched as the page draws it and put where it belongs. */
import { piece } from "../lib/fragment.js";
import { calmly } from "./calm.js";
import { openId } from "./open.js";

const CALM = 150; // ms
const MANY = 8; // changed rows from which on the whole list is fetched
const changed = new Set();

function list() {
  return document.querySelector("#list > .conv-list");
}

function url(id = "") {
  const query = list().dataset.query;
  return `/inbox/rows${id && `/${id}`}${query && `?${query}`}`;
}

function rowOf(id) {
  return list().querySelector(`:scope > [data-conversation-id="${id}"]`);
}

function standsAbove(row, other) {
  const urgent = (one) => Number(one.dataset.group === "attention");
  return urgent(row) - urgent(other) || Number(row.dataset.order) - Number(other.dataset.order);
}

/** Give every group its heading again. */
function head() {
  for (const old of list().querySelectorAll(":scope > .conv-day")) old.remove();
  let group;
  for (const row of list().querySelectorAll(":scope > [data-conversation-id]")) {
    if (row.dataset.group === group) continue;
    group = row.dataset.group;
    const heading = document.createElement("li");
    heading.className = "conv-day";
    heading.dataset.group = group;
    heading.textContent = row.dataset.groupLabel;
    row.before(heading);
  }
}

function put(row, old) {
  const focused = old?.contains(document.activeElement);
  if (list().dataset.page === "1") {
    old?.remove();
    const rows = [...list().querySelectorAll(":scope > [data-conversation-id]")];
    list().insertBefore(row, rows.find((other) => standsAbove(row, other) > 0) ?? null);
  } else old?.replaceWith(row);
  if (focused) row.querySelector("a").focus({ preventScroll: true });
}

/** Mark the row of the conversation that is open. */
export function mark() {
  for (const link of list().querySelectorAll(".conv[aria-current]")) link.removeAttribute("aria-current");
  rowOf(openId())?.querySelector(".conv").setAttribute("aria-current", "true");
}

/** Fetch the whole list again. */
export async function reload(from = url()) {
  const fresh = await piece(from);
  document.getElementById("list").replaceChildren(fresh);
  mark();
}

async function refreshRow(id) {
  const fresh = await piece(url(id)).catch((problem) => {
    if (problem.status === 404) return null; // somebody else's now
    throw problem;
  });
  const [row, old] = [fresh?.querySelector("li"), rowOf(id)];
  if (row) put(row, old);
  else old?.remove();
}

async function refresh() {
  const ids = [...changed];
  changed.clear();
  try {
    if (ids.length > MANY) await reload();
    else await Promise.all(ids.map(refreshRow));
    if (list().hidden === Boolean(list().querySelector("[data-conversation-id]"))) await reload();
  } catch {
    for (const id of ids) changed.add(id); // with the next event, or when the connection is back
    return;
  }
  head();
  mark();
  for (const words of document.querySelectorAll("[data-until-first]")) words.hidden = !list().hidden;
  for (const words of document.querySelectorAll("[data-from-first]")) words.hidden = list().hidden;
}

const refreshSoon = calmly(refresh, CALM);

document.addEventListener("live:event", ({ detail: { type, data } }) => {
  if (!type.startsWith("conversation:")) return; // every message comes with one of these
  // to an agent, somebody else's conversation is told by its id alone
  if (data.status) changed.add(data.id);
  else rowOf(data.id)?.remove();
  refreshSoon();
});
document.addEventListener("live:resync", () => reload().catch(() => {}));
document.addEventListener("inbox:opened", mark);

document.addEventListener("live:counts", ({ detail: counts }) => {
  for (const [key, number] of Object.entries(counts)) {
    const tab = document.querySelector(`#tabs [data-tab="${key}"] .num`);
    if (tab) tab.textContent = number || "";
  }
});
