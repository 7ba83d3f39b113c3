/** Forms that notice their own changes: the save bar appears, and leaving asks. */

const first = new WeakMap();

function contents(form) {
  return JSON.stringify([...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string"));
}

function remember(form) {
  first.set(form, contents(form));
}

function compare(form) {
  if (!first.has(form)) return;
  form.toggleAttribute("data-dirty", contents(form) !== first.get(form));
}

function guarded(target) {
  return target?.form?.closest?.("form[data-guard]") ?? target?.closest?.("form[data-guard]");
}

// a form that came back with errors is dirty already: nothing in it has been saved
function begin(root) {
  for (const form of root.querySelectorAll("form[data-guard]")) {
    if (form.hasAttribute("data-dirty") || form.querySelector('[aria-invalid="true"]')) form.toggleAttribute("data-dirty", true);
    else remember(form);
  }
}

for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    const form = guarded(event.target);
    if (form) compare(form);
  });
}

// the fields have their old values only after the event
document.addEventListener("reset", (event) => setTimeout(() => compare(event.target)));

// an Undo that is a link, for a form that came back refused: its fields' first values are what was typed
document.addEventListener("click", ({ target }) => {
  target.closest("[data-discard]")?.closest("form").removeAttribute("data-dirty");
});

document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) event.target.removeAttribute("data-dirty");
});

// htmx may answer with a redirect, which is no loss
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = guarded(event.detail.elt);
  if (form && event.detail.xhr.status < 400) form.removeAttribute("data-dirty");
});

document.addEventListener("htmx:afterSettle", (event) => begin(event.target));

addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-guard][data-dirty]")) event.preventDefault();
});

begin(document);
