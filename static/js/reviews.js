/** The queue of held replies: kept in step by itself, and decided from the keyboard. */
import { ask, Failed } from "./lib/fragment.js";
import { toast } from "./lib/toast.js";

const CALM = 150; // ms: a burst of events is one question
let due;

function place() {
  return document.getElementById("review");
}

/** Somebody decided while this page stood open. What is being written stays; that it is too late is said. */
function decidedElsewhere(fresh) {
  const words = fresh.querySelector(".thread-meta")?.children[0]?.textContent.trim();
  toast({ text: `This reply has been decided about: ${words}.`, kind: "warn" });
}

async function refresh() {
  due = undefined;
  const here = new URL(location.href);
  here.pathname = place().dataset.review ? `/reviews/${place().dataset.review}` : "/reviews";
  let shape;
  try {
    shape = document.createElement("template");
    shape.innerHTML = await (await ask(here.pathname + here.search)).text();
  } catch (problem) {
    if (!(problem instanceof Failed)) throw problem;
    return; // the next event asks again
  }
  const list = shape.content.querySelector("#review-list");
  if (!list) return;
  const scrolled = document.querySelector("#review-list .conv-list")?.scrollTop ?? 0;
  document.getElementById("review-list").replaceWith(list);
  list.querySelector(".conv-list").scrollTop = scrolled;
  const fresh = shape.content.querySelector("#review");
  if (fresh.dataset.review === place().dataset.review && fresh.dataset.decision === place().dataset.decision) return;
  if (place().hasAttribute("data-editing")) decidedElsewhere(fresh);
  else place().replaceWith(fresh);
}

function soon() {
  due ??= setTimeout(refresh, CALM);
}

function step(by) {
  const rows = [...document.querySelectorAll("#review-list .conv")];
  const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
  rows[at + by]?.click();
}

document.addEventListener("live:event", ({ detail: { type } }) => {
  if (type.startsWith("message:")) soon();
});
document.addEventListener("live:resync", soon);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (/^[red]$/.test(event.key)) place().querySelector(`[data-key="${event.key}"]`)?.click();
});
