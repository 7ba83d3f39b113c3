/** The snippet builder: asks for the preset registry, and fits the test's frame to what it shows. */

import { accessToken } from "./live/token.js";

const PATIENCE = 4000; // ms: the built-in defaults are as good
const VERSION = 1;
const defaults = JSON.parse(document.getElementById("preset-defaults").textContent);
const notice = document.getElementById("presets-notice");
const frame = document.querySelector("[data-trial]");

/** The registry as the server has it; anything that isn't one is an error. */
async function load() {
  const { token } = await accessToken();
  const answer = await fetch("/api/tracking/presets", {
    headers: { Authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!answer.ok) throw new Error(`preset registry: ${answer.status}`);
  const registry = await answer.json();
  const whole = registry?.version === VERSION && Array.isArray(registry.presets) && registry.presets.length > 0;
  if (!whole || !registry.presets.every(({ key, label }) => typeof key === "string" && typeof label === "string")) {
    throw new Error("preset registry: unknown shape");
  }
  return registry;
}

/** Offer what the registry offers, of the places that snippets can be written for. */
function offer(registry) {
  const known = new Map(registry.presets.map((preset) => [preset.key, preset]));
  for (const choice of document.querySelectorAll("[data-preset]")) {
    const preset = known.get(choice.dataset.preset);
    choice.hidden = !preset;
    choice.querySelector("input").disabled = !preset;
    if (preset) choice.querySelector("span").textContent = preset.label;
  }
  document.getElementById("id_name").placeholder = registry.event_name ?? defaults.event_name;
}

async function refresh() {
  try {
    offer(await load());
    notice.hidden = true;
  } catch {
    offer(defaults);
    notice.hidden = false;
  }
  document.documentElement.dataset.presets = notice.hidden ? "registry" : "defaults";
}

document.querySelector("[data-presets-again]").addEventListener("click", refresh);

const form = document.getElementById("builder-form");
form.addEventListener("submit", ({ submitter }) => {
  if (submitter?.formTarget === frame.name) frame.hidden = false;
});
// what arrived of one choice says nothing of another
form.addEventListener("input", () => {
  frame.hidden = true;
});

const fit = () => frame.setAttribute("height", frame.contentDocument.querySelector("main").offsetHeight);
const grown = new ResizeObserver(fit);
frame.addEventListener("load", () => {
  const main = frame.contentDocument?.querySelector("main");
  grown.disconnect();
  if (!main) return;
  grown.observe(main);
  fit();
  frame.scrollIntoView({ block: "nearest" }); // on a phone it stands below the snippet
});

void refresh();
