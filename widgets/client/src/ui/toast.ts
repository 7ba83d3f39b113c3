/** What went wrong, in words for the visitor, and the way to try again. */

import type { PanelWords } from "../strings";
import { icon, make } from "./dom";
import { WARNING } from "./icons";

export interface Toast {
  readonly element: HTMLElement;
  render(problem: { title: string; body: string } | undefined, words: PanelWords): void;
}

/** Make the toast; it is announced each time its words change. */
export function createToast(retry: () => void): Toast {
  const element = make("div", { class: "toast-place", role: "alert" });
  let shown = "";
  return {
    element,
    render(problem, words) {
      const key = problem ? `${problem.title}\n${problem.body}` : "";
      if (key === shown) return;
      shown = key;
      if (!problem) return element.replaceChildren();
      const again = make("button", { type: "button", "data-part": "retry" }, words.tryAgain);
      again.addEventListener("click", retry);
      const text = make("div", {}, make("b", {}, problem.title), problem.body);
      element.replaceChildren(make("div", { class: "toast", "data-part": "toast" }, icon(WARNING), text, again));
    },
  };
}
