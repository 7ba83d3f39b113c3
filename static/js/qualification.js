/** Trying answers changes nothing that could be saved, and Enter there tries. */

// between the form and the document, where changes are noticed
const page = document.querySelector("main");

const isTrying = ({ target }) => target.closest("[data-trying]") !== null;

for (const name of ["input", "change"]) {
  page.addEventListener(name, (event) => {
    if (isTrying(event)) event.stopPropagation();
  });
}

page.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !isTrying(event) || event.target.matches("button")) return;
  event.preventDefault();
  document.querySelector("[data-try]").click();
});
