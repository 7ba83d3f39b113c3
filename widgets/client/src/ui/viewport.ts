/** The room there is: a small screen is filled by the panel, or the half of it that a keyboard leaves. */

import { setAttributes, sheet } from "./dom";

const COMPACT_WIDTH = 480; // pixels; in less room than this the panel fills all of it
const COMPACT_HEIGHT = 400; // a phone on its side
const KEYBOARD_HEIGHT = 120; // pixels; less is a browser bar coming or going

/** Mark the box while there is little room; returns how to stop. */
export function followWidth(box: HTMLElement): () => void {
  const measure = (): void => setAttributes(box, { "data-compact": box.clientWidth < COMPACT_WIDTH || box.clientHeight < COMPACT_HEIGHT });
  const size = new ResizeObserver(measure);
  size.observe(box);
  measure();
  return () => size.disconnect();
}

/** Follow the visible part of the page while `active`; returns how to stop. */
export function followKeyboard(shadow: ShadowRoot, active: () => boolean): () => void {
  const screen = globalThis.visualViewport;
  if (!screen) return () => undefined;
  const fit = sheet("");
  shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, fit];
  const follow = (): void => {
    const covered = active() && screen.scale === 1 && innerHeight - screen.height > KEYBOARD_HEIGHT;
    const rule = `:host(:not([data-contained])) .box[data-compact] .panel{block-size:${screen.height}px;inset-block:${screen.offsetTop}px auto}`;
    fit.replaceSync(covered ? rule : "");
  };
  screen.addEventListener("resize", follow);
  screen.addEventListener("scroll", follow);
  return () => {
    screen.removeEventListener("resize", follow);
    screen.removeEventListener("scroll", follow);
  };
}
