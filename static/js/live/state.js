/** Says in the frame whether this page is in step with the server. */

const PATIENCE = 700; // ms that connecting may take before it is worth a word
let waiting;

function words({ state, behind, seconds }) {
  if (state === "live") return "Up to date";
  if (state === "catching-up") return behind === 1 ? "Catching up, 1 event" : `Catching up, ${behind} events`;
  if (state === "reconnecting") return "Connecting";
  if (state === "signed-out") return "Signed out";
  return `Offline, trying again in ${seconds} s`;
}

function show(now) {
  const slot = document.getElementById("live-state");
  const text = words(now);
  // a count-down is for the eye; whoever listens hears that it began
  slot.setAttribute("aria-live", now.state === "offline" && slot.dataset.state === "offline" ? "off" : "polite");
  slot.dataset.state = now.state === "signed-out" ? "offline" : now.state;
  slot.title = text;
  slot.querySelector(".live-words").textContent = text;
}

/** Show a state; a connection that comes back at once isn't worth a flicker. */
export function showState(now) {
  document.documentElement.dataset.liveState = now.state;
  clearTimeout(waiting);
  if (now.state === "live" || now.state === "signed-out") show(now);
  else if (document.getElementById("live-state").dataset.state === "offline") show(now);
  else waiting = setTimeout(show, PATIENCE, now);
}
