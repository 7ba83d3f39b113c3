/** A form on its way makes its button busy, and is not sent a second time. */

const waiting = new WeakSet();

function buttonOf(form, submitter) {
  return submitter ?? form.querySelector('[type="submit"], button:not([type])');
}

function setBusy(element, busy) {
  if (!element) return;
  if (busy) element.setAttribute("aria-busy", "true");
  else element.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  // htmx takes over its own forms and dialogs close themselves: neither leaves the page
  if (event.defaultPrevented || form.method === "dialog" || form.matches("[hx-post], [hx-get], [hx-put], [hx-patch], [hx-delete]")) return;
  if (event.submitter?.formTarget || form.target) return; // it goes elsewhere and this page stays
  if (waiting.has(form)) {
    event.preventDefault();
    return;
  }
  waiting.add(form);
  setBusy(buttonOf(form, event.submitter), true);
});

// a page that comes back out of the browser's memory is not busy any more
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll('[aria-busy="true"]')) {
    setBusy(button, false);
    if (button.form) waiting.delete(button.form);
  }
});

function partOf(event) {
  const { elt, requestConfig } = event.detail;
  return elt.matches("form") ? buttonOf(elt, requestConfig?.triggeringEvent?.submitter) : elt.closest("button, .btn");
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const part = partOf(event);
  if (part?.getAttribute("aria-busy") === "true") event.preventDefault();
  else setBusy(part, true);
});

document.addEventListener("htmx:afterRequest", (event) => setBusy(partOf(event), false));
