/** The number of replies that wait for review, in the rail. */
import { ask } from "../lib/fragment.js";

const CALM = 300; // ms: a burst of events is one question
let due;

async function refresh() {
  due = undefined;
  const link = document.querySelector("[data-held]");
  if (!link) return;
  try {
    const { held } = await (await ask("/reviews/count")).json();
    link.querySelectorAll(":scope > .count, :scope > .sr").forEach((old) => old.remove());
    if (!held) return;
    const count = document.createElement("span");
    count.className = "count is-warn";
    count.textContent = held < 100 ? held : "99+";
    const heard = document.createElement("span");
    heard.className = "sr";
    heard.textContent = " waiting";
    link.append(count, heard);
  } catch {
    // the next event asks again
  }
}

document.addEventListener("live:event", ({ detail: { type, data } }) => {
  if (type === "message:held" || data.metadata?.released_by) due ??= setTimeout(refresh, CALM);
});
document.addEventListener("live:resync", () => {
  due ??= setTimeout(refresh, CALM);
});
