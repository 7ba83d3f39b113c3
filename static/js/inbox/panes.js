/** Opens a conversation beside the list without loading the page again, and shows one pane at a time on a phone. */
import { Failed, piece } from "../lib/fragment.js";
import { titled } from "../live/counts.js";
import { openId, thread } from "./open.js";

let wanted;

function inbox() {
  return document.getElementById("inbox");
}

function idIn(path) {
  return path.match(/^\/inbox\/([0-9a-f-]{36})$/)?.[1];
}

function unreadInTitle() {
  return Number(document.title.match(/^\((\d+)/)?.[1] ?? 0);
}

async function open(url) {
  const id = idIn(url.pathname);
  wanted = id;
  inbox().dataset.pane = "thread";
  if (id === openId()) return;
  thread().setAttribute("aria-busy", "true");
  try {
    const fresh = await piece(`${url.pathname}/panes${url.search}`);
    if (wanted !== id) return; // another one was chosen meanwhile
    document.getElementById("contact")?.remove();
    thread().replaceWith(fresh);
  } catch (problem) {
    if (problem instanceof Failed && problem.status !== 404) problem.tell();
    else location.assign(url);
    return;
  } finally {
    thread().removeAttribute("aria-busy");
  }
  const number = unreadInTitle();
  document.title = `${thread().dataset.title} · Inbox · autochat`;
  titled(number);
  globalThis.htmx?.process(inbox());
  document.dispatchEvent(new CustomEvent("inbox:opened"));
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const row = event.target.closest("a.conv");
  if (row) {
    event.preventDefault();
    if (row.pathname !== location.pathname) history.pushState({}, "", row.href);
    open(new URL(row.href));
    return;
  }
  const other = event.target.closest("[data-show-pane]");
  if (!other) return;
  event.preventDefault();
  if (other.href) history.pushState({}, "", other.href);
  inbox().dataset.pane = other.dataset.showPane;
});

addEventListener("popstate", () => {
  const shown = idIn(location.pathname);
  if (shown) open(new URL(location));
  else if (document.querySelector(".pane-list").checkVisibility()) location.reload();
  else inbox().dataset.pane = "list";
});
