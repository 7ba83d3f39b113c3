/** Buttons that put text on the clipboard and say so for two seconds. */
import { say } from "./announce.js";
import { toast } from "./toast.js";

const SHOWN = 2000; // ms

function textFor(button) {
  const source = document.querySelector(button.dataset.copy.replace(/^(?![#.[])/, "#"));
  return source?.value ?? source?.textContent ?? "";
}

async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // pages on plain http have no clipboard object; the old command still works there
  const box = document.createElement("textarea");
  box.className = "sr";
  box.value = text;
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  if (!done) throw new Error("copy refused");
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await write(textFor(button));
  } catch {
    toast({ text: "Your browser did not allow copying. Select the text and copy it by hand.", kind: "bad" });
    return;
  }
  button.dataset.copied = "";
  say("Copied");
  setTimeout(() => delete button.dataset.copied, SHOWN);
});
