/** The lines of the open transcript: added once each, without moving what is being read. */

const NEAR = 80; // px from the end that still count as being there

function lines() {
  return document.getElementById("lines");
}

function log() {
  return lines().parentElement;
}

/** Whether the end is in sight. The log is a reversed column: its end is where it isn't scrolled at all. */
export function atEnd() {
  return Math.abs(log().scrollTop) < NEAR;
}

export function toEnd() {
  log().scrollTop = 0;
  document.querySelector("[data-newer]").hidden = true;
}

export function shown(id) {
  return lines().querySelector(`[data-message-id="${id}"]`);
}

export function last() {
  return [...lines().querySelectorAll("[data-message-id]")].at(-1)?.dataset.messageId;
}

export function first() {
  return lines().querySelector("[data-message-id]")?.dataset.messageId;
}

/** Leave out what is shown already, then change the page; whoever reads further up keeps their line in sight. */
function change(fresh, act) {
  for (const line of fresh.querySelectorAll("[data-message-id]")) if (shown(line.dataset.messageId)) line.remove();
  for (const day of fresh.querySelectorAll("[data-day]")) {
    if (!day.nextElementSibling || lines().querySelector(`[data-day="${day.dataset.day}"]`)) day.remove();
  }
  const added = [...fresh.querySelectorAll("[data-message-id]")];
  const mark = atEnd() ? null : (shown(first()) ?? lines());
  const before = mark?.getBoundingClientRect().top;
  act(fresh);
  if (mark) log().scrollTop += mark.getBoundingClientRect().top - before;
  return added;
}

/** Put newer lines at the end; gives those that weren't there before. */
export function append(fresh) {
  fresh.querySelector("[data-earlier]")?.remove();
  return change(fresh, () => lines().append(fresh));
}

/** Put earlier lines before the first one, in place of the button that asked for them. */
export function prepend(fresh) {
  const day = lines().querySelector("[data-day]");
  const same = day && [...fresh.querySelectorAll("[data-day]")].some((one) => one.dataset.day === day.dataset.day);
  if (same) day.remove(); // its day begins further up now
  return change(fresh, () => {
    lines().querySelector("[data-earlier]")?.remove();
    lines().prepend(fresh);
  });
}

export function replace(fresh) {
  lines().replaceChildren(fresh);
}
