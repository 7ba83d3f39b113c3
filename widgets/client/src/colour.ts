/** The tenant's one colour, read and measured: which ink can be read on it. */

export type Rgb = readonly [number, number, number];

export const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0]; // anything softer is too faint on the middle greys

export const READABLE = 4.6; // a little over WCAG's 4.5, for rounding

/** Read a hex colour; undefined when it is none. */
export function parseColour(value: unknown): Rgb | undefined {
  const hex = /^#([0-9a-f]{3}){1,2}$/i.test(String(value)) ? String(value).slice(1) : "";
  const full = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
  const number = Number.parseInt(full, 16);
  return full ? [number >> 16, (number >> 8) & 255, number & 255] : undefined;
}

/** White where it can be read on a colour, else whichever ink is read better. */
export function inkOn(colour: Rgb): Rgb {
  const white = contrast(colour, WHITE);
  return white >= READABLE || white > contrast(colour, BLACK) ? WHITE : BLACK;
}

/** WCAG contrast of two colours, 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => (part > 10 ? ((part / 255 + 0.055) / 1.055) ** 2.4 : part / 3294.6)) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
