/** “/” goes to the search, “g” and a letter to a page, Escape leaves the search. */

const WAIT = 1200; // ms between “g” and its letter
let went = 0;

function isTyping(element) {
  return element.closest("input, textarea, select, [contenteditable]:not([contenteditable='false'])");
}

function visible(elements) {
  return [...elements].find((element) => element.checkVisibility());
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && event.target.matches("[data-search]")) event.target.blur();
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "/") {
    const search = visible(document.querySelectorAll("[data-search]"));
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  } else if (Date.now() - went < WAIT && /^[a-z]$/.test(event.key)) {
    went = 0;
    document.querySelector(`[data-go="${event.key}"]`)?.click();
  } else {
    went = event.key === "g" ? Date.now() : 0;
  }
});
