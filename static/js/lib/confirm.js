/** Asks before something is lost. The question, the loss and the words of the buttons stand in data attributes. */

const agreed = new WeakSet();

function ask(source) {
  const dialog = document.getElementById("confirm");
  const [no, yes] = dialog.querySelectorAll("button");
  dialog.querySelector("h2").textContent = source.dataset.confirm;
  const body = dialog.querySelector("p");
  body.textContent = source.dataset.confirmBody ?? "";
  body.hidden = !body.textContent;
  no.textContent = source.dataset.confirmCancel ?? "Cancel";
  yes.textContent = source.dataset.confirmAction ?? (source.matches("form") ? "Go on" : source.textContent.trim());
  yes.classList.toggle("is-danger", !("confirmPlain" in source.dataset));
  dialog.showModal();
  no.focus();
  return new Promise((resolve) => {
    const finish = (event) => {
      dialog.removeEventListener("close", finish);
      no.onclick = yes.onclick = null;
      if (dialog.open) dialog.close();
      resolve(event.currentTarget === yes);
    };
    no.onclick = yes.onclick = finish;
    dialog.addEventListener("close", finish);
  });
}

// capture: before busy.js marks the form and before htmx sends it
document.addEventListener(
  "submit",
  async (event) => {
    const { target: form, submitter } = event;
    const source = submitter?.matches("[data-confirm]") ? submitter : form.matches("[data-confirm]") ? form : null;
    if (!source || agreed.delete(form)) return;
    event.preventDefault();
    event.stopPropagation();
    if (await ask(source)) {
      agreed.add(form);
      form.requestSubmit(submitter);
    }
  },
  { capture: true },
);

document.addEventListener("htmx:confirm", async (event) => {
  const { elt, issueRequest } = event.detail;
  if (!elt.matches("[data-confirm]") || elt.matches("form")) return;
  event.preventDefault();
  if (await ask(elt)) issueRequest(true);
});
