/** Who else writes in the open conversation, and that I do: told in passing, never kept. */
import { openId } from "./open.js";

const EVERY = 3000; // ms between two words of it
const SHOWN = 6000; // ms after the last one

let told = 0;
let timer;

function place() {
  return document.getElementById("composer-writing");
}

function show(words) {
  clearTimeout(timer);
  if (!place()) return;
  place().textContent = words;
  if (words) timer = setTimeout(show, SHOWN, "");
}

document.addEventListener("input", (event) => {
  if (!event.target.closest("[data-composer]") || !event.target.value.trim() || Date.now() - told < EVERY) return;
  told = Date.now();
  document.dispatchEvent(new CustomEvent("live:mention", { detail: { type: "typing", conversation_id: openId() } }));
});
document.addEventListener("live:event", ({ detail: { type, data } }) => {
  if (data.conversation_id !== openId()) return;
  if (type === "typing") show(`${data.name || "A colleague"} is writing…`);
  else if (data.author === "agent") show("");
});
document.addEventListener("inbox:opened", () => show(""));
