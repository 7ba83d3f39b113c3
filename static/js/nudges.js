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
