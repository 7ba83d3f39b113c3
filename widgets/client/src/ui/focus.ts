/** A panel that fills the screen keeps the keyboard to itself. */

const REACHABLE = "button:not([disabled]), textarea, input, a[href], [tabindex='0']";

/** Let Tab go round inside an element. */
export function keepFocusInside(element: HTMLElement, event: KeyboardEvent): void {
  if (event.key !== "Tab") return;
  const stops = [...element.querySelectorAll<HTMLElement>(REACHABLE)].filter((stop) => stop.getClientRects().length > 0);
  const active = (element.getRootNode() as ShadowRoot).activeElement;
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (active !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
}
