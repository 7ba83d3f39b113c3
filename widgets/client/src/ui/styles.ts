/** The launcher's style sheet, and the tenant's colour as tokens. */

import { inkOn, parseColour, type Rgb } from "../colour";
import { sheet } from "./dom";
import launcherCss from "./launcher.css";

export const launcherSheet = (): CSSStyleSheet => sheet(launcherCss);

/** The brand's colour as tokens; every value is one that we wrote ourselves. */
export function brandCss(brand: string): string {
  const colour = parseColour(brand);
  return colour ? `.box{--brand:${css(colour)};--brand-ink:${css(inkOn(colour))}}` : "";
}

/** A colour as CSS writes it. */
export function css(colour: Rgb): string {
  return `rgb(${colour.join(" ")})`;
}
