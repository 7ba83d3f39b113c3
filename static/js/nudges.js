/** Parts of the page that no log tells of ask for themselves anew when the socket says that they have changed. */

const missed = new Set(); // while nobody looked

function renew(type) {
  for (const part of document.querySelectorAll("[data-live]")) {
    if (part.dataset.live === type) part.dispatchEvent(new CustomEvent("live"));
  }
}

document.addEventListener("live:event", ({ detail: { type, seq } }) => {
  if (seq !== undefined) return;
  if (document.hidden) missed.add(type);
  else renew(type);
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  missed.forEach(renew);
  missed.clear();
});

// what somebody has unfolded, or folded, stays so when its part is swapped
const folds = new Map();

document.addEventListener("toggle", ({ target }) => {
  if (target.matches("details[id]")) folds.set(target.id, target.open);
}, true);
document.addEventListener("htmx:afterSwap", () => {
  for (const [id, open] of folds) {
    const fold = document.getElementById(id);
    if (fold?.matches("details")) fold.open = open;
  }
});
