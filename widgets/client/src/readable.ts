/** Siblings of the tenant's colour that can be read as text on the panel's grounds. */

import { READABLE, WHITE, contrast, type Rgb } from "./colour";

/** The panel's grounds, as in panel.css. */
const DAY: Rgb = WHITE;
const NIGHT: Rgb = [39, 36, 32];
const BLACK: Rgb = [0, 0, 0];

/** The colour itself or, where it is too faint on the ground, a darker or lighter one. */
export function textOn(ground: "day" | "night", colour: Rgb): Rgb {
  const [back, towards] = ground === "day" ? [DAY, BLACK] : [NIGHT, WHITE];
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = colour.map((part, index) => Math.round(part + ((towards[index] ?? 0) - part) * share)) as unknown as Rgb;
    // Bubbles are a little off the ground, so ask for a little more.
    if (contrast(mixed, back) >= READABLE + 0.9) return mixed;
  }
  return towards;
}
