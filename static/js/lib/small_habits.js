/** Two habits that are too small for a file of their own. */

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-submit-on-change]")) event.target.form?.requestSubmit();
});

for (const box of document.querySelectorAll("[data-autofocus-end]")) {
  box.focus();
  box.setSelectionRange?.(box.value.length, box.value.length);
}
