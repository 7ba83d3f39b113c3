/** What just happened, in a corner. Errors stay; the rest goes when nobody is reading it. */

const SHOWN = 6000; // ms
const KEPT = 4; // toasts at once

function region() {
  return document.getElementById("toasts");
}

/** Into the top layer, above an open dialog. */
function lift() {
  const toasts = region();
  if (!toasts?.showPopover) return;
  if (toasts.matches(":popover-open")) toasts.hidePopover();
  toasts.showPopover();
}

function leaveInTime(item) {
  if (item.dataset.kind === "bad") return;
  let timer;
  const start = () => {
    timer = setTimeout(() => item.remove(), SHOWN);
  };
  item.addEventListener("pointerenter", () => clearTimeout(timer));
  item.addEventListener("focusin", () => clearTimeout(timer));
  item.addEventListener("pointerleave", start);
  item.addEventListener("focusout", start);
  start();
}

/** Show words; `action` is `{label, run}`, `requestId` is shown so that it can be reported. */
export function toast({ text, kind = "plain", action, requestId }) {
  const shape = document.getElementById("toast-shape");
  if (!shape) return;
  const item = shape.content.firstElementChild.cloneNode(true);
  item.dataset.kind = kind;
  item.querySelector(".toast-words").textContent = text;
  if (requestId) {
    const id = document.createElement("span");
    id.className = "toast-request";
    id.textContent = `Request ${requestId}`;
    item.querySelector(".toast-words").append(id);
  }
  if (action) {
    const button = item.querySelector("[data-toast-act]");
    button.hidden = false;
    button.textContent = action.label;
    button.addEventListener("click", () => {
      item.remove();
      action.run();
    });
  }
  const toasts = region();
  // what a page asks again and again fails again and again: said once
  const isSame = (old) => kind === "bad" && old.querySelector(".toast-words").firstChild?.data === text;
  [...toasts.children].find(isSame)?.remove();
  while (toasts.children.length >= KEPT) toasts.firstElementChild.remove();
  toasts.append(item);
  lift();
  leaveInTime(item);
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-toast-close]")?.closest(".toast").remove();
});

// the server sends one with the header HX-Trigger: {"toast": {"text": "…", "kind": "good"}}
document.addEventListener("toast", (event) => toast(event.detail));

for (const item of document.querySelectorAll("#toasts > .toast")) leaveInTime(item);
if (region()?.children.length) lift();
