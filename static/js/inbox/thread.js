/** The open conversation, live: new lines come after the last one shown, so nothing is missed or doubled. */
import { say } from "../lib/announce.js";
import { ask, Failed, piece } from "../lib/fragment.js";
import { calmly } from "./calm.js";
import * as lines from "./lines.js";
import { openId, pieceOf, thread } from "./open.js";

const CALM = 60; // ms
const WINDOW = 50; // lines the server sends at most at once
const wanted = new Map(); // message id → state, as the events told

function announce(added) {
  const others = added.filter((line) => !line.matches(".is-person") || line.getAttribute("aria-label") !== "You");
  const words = others.map((line) => `${line.getAttribute("aria-label") ?? ""} ${line.querySelector(".msg-text, span")?.textContent ?? ""}`);
  if (words.length) say(words.join(". "));
}

/** Put lines at the end of the transcript: in sight for whoever is there, announced below for whoever reads further up. */
export function show(fresh, { mine = false } = {}) {
  const wasAtEnd = lines.atEnd();
  const added = lines.append(fresh);
  if (mine || wasAtEnd) lines.toEnd();
  else if (added.length) document.querySelector("[data-newer]").hidden = false;
  announce(added);
  return added;
}

async function reloadLines() {
  const id = openId();
  const fresh = await piece(pieceOf("messages"));
  if (openId() === id) lines.replace(fresh);
}

async function catchUp() {
  const id = openId();
  const after = lines.last();
  if (!after) return reloadLines();
  const fresh = await piece(`${pieceOf("messages")}?after=${after}`);
  if (openId() !== id) return undefined;
  const count = show(fresh).length;
  return count === WINDOW ? catchUp() : undefined;
}

async function refreshLines() {
  if (!openId()) return;
  const news = [...wanted];
  wanted.clear();
  const isMissing = ([id, state]) => (lines.shown(id)?.dataset.state ?? state) !== state || !lines.shown(id);
  try {
    if (news.some(isMissing)) await catchUp();
    if (news.some(isMissing)) await reloadLines(); // came late, or has changed since
  } catch (problem) {
    if (!(problem instanceof Failed)) throw problem;
    if (problem.status === 404) await reloadLines().catch(() => {});
    else for (const [id, state] of news) wanted.set(id, state); // with the next event
  }
  seen();
}

function isChoosing() {
  return document.querySelector("#inbox :popover-open");
}

/** Draw again what stands around the lines. A menu that is open stays, and so does what is being written. */
async function refreshAround() {
  const id = openId();
  if (!id) return;
  let fresh;
  try {
    fresh = !isChoosing() && (await piece(pieceOf("head")));
  } catch (problem) {
    if (problem.status === 404) leave();
    return;
  }
  if (openId() !== id) return;
  if (!fresh || isChoosing()) {
    setTimeout(aroundSoon, 1000);
    return;
  }
  const keepsForm = fresh.querySelector("#composer").dataset.mode === document.getElementById("composer").dataset.mode;
  for (const part of ["thread-head", keepsForm ? "composer-hint" : "composer", "contact-who", "contact-more"]) swap(part, fresh);
  globalThis.htmx?.trigger("#outcomes", "live");
  document.dispatchEvent(new CustomEvent("inbox:redrawn"));
  seen();
}

/** The conversation is somebody else's now. */
function leave() {
  location.assign(document.getElementById("inbox").dataset.url);
}

function swap(part, fresh) {
  const [old, now] = [document.getElementById(part), fresh.querySelector(`#${part}`)];
  if (!old || !now || old.isEqualNode(now)) return;
  const label = old.contains(document.activeElement) && document.activeElement.getAttribute("aria-label");
  old.replaceWith(now);
  globalThis.htmx?.process(now);
  if (label) now.querySelector(`[aria-label="${CSS.escape(label)}"]`)?.focus();
}

/** Tell the team that somebody has read this, once it really is in front of somebody. */
async function seen() {
  const head = document.getElementById("thread-head");
  if (!head || head.dataset.unread === "0" || !document.hasFocus() || !head.checkVisibility() || !lines.atEnd()) return;
  head.dataset.unread = "0";
  await ask(pieceOf("read"), { method: "POST" }).catch(() => {
    head.dataset.unread = "1";
  });
}

const linesSoon = calmly(refreshLines, CALM);
export const aroundSoon = calmly(refreshAround, CALM);

document.addEventListener("live:event", ({ detail: { type, data } }) => {
  if (type.startsWith("message:") && data.conversation_id === openId()) {
    wanted.set(data.id, data.state);
    linesSoon();
  }
  if (!type.startsWith("conversation:") || data.id !== openId()) return;
  if (data.status) aroundSoon();
  else leave();
});
document.addEventListener("live:resync", () => {
  if (!openId()) return;
  reloadLines().catch(() => {});
  aroundSoon();
});

document.addEventListener("click", async (event) => {
  const earlier = event.target.closest("[data-earlier] button");
  if (earlier) {
    earlier.setAttribute("aria-busy", "true");
    try {
      lines.prepend(await piece(`${pieceOf("messages")}?before=${lines.first()}`));
    } catch (problem) {
      earlier.removeAttribute("aria-busy");
      problem.tell?.();
    }
  } else if (event.target.closest("[data-newer]")) {
    lines.toEnd();
  } else {
    const link = event.target.closest(".bubble a");
    if (link) Object.assign(link, { target: "_blank", rel: "noopener noreferrer nofollow" });
  }
});

// scrolling doesn't bubble, so it is caught on the way down
document.addEventListener(
  "scroll",
  (event) => {
    if (event.target.className !== "log" || !lines.atEnd()) return;
    document.querySelector("[data-newer]").hidden = true;
    seen();
  },
  { capture: true, passive: true },
);
document.addEventListener("visibilitychange", seen);
addEventListener("focus", seen);
document.addEventListener("inbox:opened", seen);
// an act's answer brings its head; the lines it wrote come over the socket, or now if that is away
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "thread-head" && event.detail.target?.id !== "thread-head") return;
  if (document.documentElement.dataset.liveState !== "live") catchUp().catch(() => {});
});
seen();
