/** The number of unread conversations in the rail and in the window's title, true on every page. */
import { ask } from "../lib/fragment.js";

const CALM = 300; // ms: a burst of events is one question
let due;

function link() {
  return document.querySelector('.rail-nav a[data-go="i"]');
}

function badge(number) {
  const place = link();
  if (!place) return;
  place.querySelector(".count")?.remove();
  place.querySelector(":scope > .sr")?.remove();
  if (!number) return;
  const count = document.createElement("span");
  count.className = "count is-hot";
  count.textContent = number < 100 ? number : "99+";
  const heard = document.createElement("span");
  heard.className = "sr";
  heard.textContent = " unread";
  place.append(count, heard);
}

/** Put the number of unread conversations before the window's title. */
export function titled(number) {
  const plain = document.title.replace(/^\(\d+\+?\) /, "");
  document.title = number ? `(${number < 100 ? number : "99+"}) ${plain}` : plain;
}

async function refresh() {
  due = undefined;
  try {
    const counts = await (await ask("/inbox/counts")).json();
    badge(counts.unread);
    titled(counts.unread);
    document.dispatchEvent(new CustomEvent("live:counts", { detail: counts }));
  } catch {
    // the next event asks again; that something is wrong shows in the state of the connection
  }
}

/** Count again, soon. */
export function recount() {
  due ??= setTimeout(refresh, CALM);
}
