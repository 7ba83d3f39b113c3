/** Siblings of the tenant's colour that can be read as text on the panel's grounds. */

import { READABLE, WHITE, contrast, type Rgb } from "./colour";

/** What text stands on, as in panel.css: the bubbles, which are the harder ground. */
const DAY: Rgb = [238, 236, 231];
const NIGHT: Rgb = [54, 51, 46];

/** The colour itself or, where it is too faint on the ground, a darker or lighter one of the same hue. */
export function textOn(ground: "day" | "night", colour: Rgb): Rgb {
  const back = ground === "day" ? DAY : NIGHT;
  const [hue, saturation, lightness] = toHsl(colour);
  const step = ground === "day" ? -0.02 : 0.02;
  for (let light = lightness; light >= 0 && light <= 1; light += step) {
    const tried = light === lightness ? colour : fromHsl(hue, saturation, light);
    if (contrast(tried, back) >= READABLE) return tried;
  }
  return ground === "day" ? [0, 0, 0] : WHITE;
}

function toHsl(colour: Rgb): [number, number, number] {
  const [red, green, blue] = colour.map((part) => part / 255) as [number, number, number];
  const most = Math.max(red, green, blue);
  const spread = most - Math.min(red, green, blue);
  const lightness = most - spread / 2;
  if (!spread) return [0, 0, lightness];
  const sixth = most === red ? (green - blue) / spread : most === green ? 2 + (blue - red) / spread : 4 + (red - green) / spread;
  return [(sixth * 60 + 360) % 360, spread / (1 - Math.abs(2 * lightness - 1)), lightness];
}

function fromHsl(hue: number, saturation: number, lightness: number): Rgb {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const part = (offset: number): number => {
    const at = (offset + hue / 30) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(at - 3, 9 - at, 1))));
  };
  return [part(0), part(8), part(4)];
}
