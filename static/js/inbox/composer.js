/** The reply: kept while it isn't sent, sent once however often it is tried. */
import { Failed, piece } from "../lib/fragment.js";
import * as lines from "./lines.js";
import { openId, thread } from "./open.js";
import { aroundSoon, show } from "./thread.js";

const sending = new Set(); // ids of conversations
const tried = new Map(); // conversation id → {text, clientId} of a reply whose answer didn't come

function form() {
  return document.querySelector("[data-composer]");
}

function key(id) {
  return `autochat.draft.${id}`;
}

function keep(id, text) {
  try {
    if (text) sessionStorage.setItem(key(id), text);
    else sessionStorage.removeItem(key(id));
  } catch {
    // storage is full or forbidden: the text is still in the box
  }
}

function kept(id) {
  try {
    return sessionStorage.getItem(key(id)) ?? "";
  } catch {
    return "";
  }
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The same text tried again is the same reply; another text is another one. */
function clientIdFor(id, text) {
  if (tried.get(id)?.text !== text) tried.set(id, { text, clientId: newId() });
  return tried.get(id).clientId;
}

function fit(box) {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

function restore() {
  const box = form()?.elements.message;
  if (!box) return;
  if (!box.value) box.value = kept(openId());
  fit(box);
  if (/Mac|iPhone|iPad/.test(navigator.platform)) form().querySelector("[data-send-key]").textContent = "⌘ ↵";
}

/** What went wrong stands above the box, not over the button that tries again. */
function complain(problem) {
  const place = document.getElementById("composer-error");
  if (!place) {
    problem?.tell();
    return;
  }
  place.hidden = !problem;
  const request = problem?.requestId ? ` Request ${problem.requestId}.` : "";
  place.querySelector("span").textContent = problem ? `Not sent. ${problem.message}${request}` : "";
}

async function send(sent) {
  const id = openId();
  const text = sent.elements.message.value;
  if (!text.trim() || sending.has(id)) return;
  const button = sent.querySelector(".is-primary");
  const body = new URLSearchParams({ message: text, client_id: clientIdFor(id, text), after: lines.last() ?? "" });
  sending.add(id);
  button.setAttribute("aria-busy", "true");
  try {
    const fresh = await piece(sent.action, { method: "POST", body });
    tried.delete(id);
    if (openId() === id) complain(null);
    if (kept(id) === text) keep(id, "");
    if (openId() !== id) return;
    show(fresh, { mine: true });
    const box = form()?.elements.message;
    if (box?.value === text) box.value = "";
    if (box) fit(box);
    if (document.documentElement.dataset.liveState !== "live") aroundSoon();
  } catch (problem) {
    if (!(problem instanceof Failed)) throw problem;
    if (openId() === id) complain(problem);
    else problem.tell();
    if (problem.status === 422) aroundSoon(); // it may have been closed meanwhile
  } finally {
    sending.delete(id);
    button.removeAttribute("aria-busy");
  }
}

// on the way down: the page's own handling of forms is for those that leave it
document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.matches("[data-composer]")) return;
    event.preventDefault();
    event.stopPropagation();
    send(event.target);
  },
  { capture: true },
);
document.addEventListener("input", (event) => {
  if (!event.target.closest("[data-composer]")) return;
  keep(openId(), event.target.value);
  fit(event.target);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey) || event.isComposing) return;
  event.target.closest("[data-composer]")?.requestSubmit();
});
document.addEventListener("inbox:opened", () => {
  restore();
  // where a keyboard would cover half of a phone, it waits until it is asked for
  if (matchMedia("(pointer: fine)").matches) form()?.elements.message.focus({ preventScroll: true });
});
document.addEventListener("inbox:redrawn", restore);
document.addEventListener("htmx:oobAfterSwap", restore);
if (thread()) restore();
