/** Words for those who listen to the page. */
export function say(words) {
  const announcer = document.getElementById("announcer");
  if (!announcer) return;
  announcer.textContent = "";
  // the same words twice are only read twice when the region was empty in between
  requestAnimationFrame(() => {
    announcer.textContent = words;
  });
}
