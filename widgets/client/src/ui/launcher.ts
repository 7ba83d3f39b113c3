/** The round button in the corner, its count of unread messages, and a word when the chat won't load. */

import type { LauncherWords } from "../strings";
import { icon, make, setAttributes } from "./dom";
import { BUBBLE, DOWN } from "./icons";

export interface LauncherState {
  /** What the visitor asked for. */
  open: boolean;
  unread: number;
  /** The panel is on its way. */
  loading: boolean;
  failed: boolean;
}

export interface Launcher {
  readonly element: HTMLElement;
  readonly button: HTMLButtonElement;
  show(state: LauncherState): void;
}

/** Make the launcher; `words` is asked each time, because the locale may arrive later. */
export function createLauncher(words: () => LauncherWords, toggle: () => void): Launcher {
  const badge = make("span", { "data-part": "badge", class: "badge", hidden: true });
  const button = make("button", { type: "button", "data-part": "launcher", class: "launcher", "aria-haspopup": "dialog" });
  const note = make("p", { "data-part": "launcher-note", class: "note", role: "status", hidden: true });
  const faces = { shut: icon(BUBBLE), open: icon(DOWN) };
  button.addEventListener("click", toggle);
  return {
    element: make("div", { class: "launch" }, note, button),
    button,
    show({ open, unread, loading, failed }) {
      const say = words();
      const label = open ? say.close : unread ? say.unread(unread) : say.open;
      setAttributes(button, { "aria-label": label, "aria-expanded": String(open), "aria-busy": loading && "true" });
      badge.textContent = unread > 9 ? "9+" : String(unread);
      badge.hidden = open || !unread;
      button.replaceChildren(open ? faces.open : faces.shut, badge);
      note.hidden = !failed;
      note.textContent = failed ? say.notLoaded : "";
    },
  };
}
