/** The chat with an assistant that is being changed: the question leaves its box, the newest turn comes into sight. */

function isPlayground(form) {
  return form?.id === "playground-form";
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!isPlayground(detail.elt) || !detail.successful) return;
  const question = detail.elt.elements.question;
  question.value = "";
  question.focus();
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (!isPlayground(detail.requestConfig?.elt)) return;
  const log = document.getElementById("playground-log");
  const newest = log.lastElementChild;
  if (newest) log.scrollTop = newest.offsetTop - log.offsetTop;
});
