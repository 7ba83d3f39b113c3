/** The widget's settings: what is typed shows in the preview at once. */

const frame = document.querySelector("[data-preview]");
const form = document.querySelector("[data-preview-of]");
const OPTIONS = {
  name: "companyName",
  primary_color: "primaryColor",
  position: "position",
  theme: "theme",
  locale: "locale",
  avatar_url: "avatarUrl",
  header_logo_url: "headerLogoUrl",
  header_wordmark_url: "headerWordmarkUrl",
};
const PAUSE = 250; // ms: the widget is made anew for each change, so wait for the end of a word
let timer;

/** The fields as the snippet's options; an empty one is left to the saved settings. */
function chosen() {
  const fields = new FormData(form);
  const options = {};
  for (const [field, option] of Object.entries(OPTIONS)) {
    const value = fields.get(field);
    if (value && value !== "auto" && form.elements[field]?.validity?.valid !== false) options[option] = value;
    else if (option === "theme") options[option] = "auto";
  }
  return options;
}

function show() {
  frame.contentWindow.postMessage({ preview: chosen() }, location.origin);
}

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE);
});
form?.addEventListener("reset", () => setTimeout(show));
frame.addEventListener("load", () => {
  if (form?.hasAttribute("data-dirty")) show();
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-preview-width]");
  if (!button) return;
  const bar = button.closest(".preview");
  for (const one of bar.querySelectorAll("[data-preview-width]")) one.setAttribute("aria-pressed", String(one === button));
  bar.classList.toggle("is-phone", button.dataset.previewWidth === "phone");
});
