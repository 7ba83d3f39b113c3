/** The panel's head: whose chat this is, and whether anybody is there. */

import type { Face } from "../face";
import type { Line } from "../lines";
import type { PanelWords } from "../strings";
import type { WidgetConfig } from "../types";
import { icon, make, setAttributes } from "./dom";
import { CLOCK, CROSS, STAR } from "./icons";

export interface Header {
  readonly element: HTMLElement;
  render(taste: Face, words: PanelWords, availability: WidgetConfig["availability"] | undefined, lines: readonly Line[], ratable: boolean): void;
}

/** Make the header; pictures are only built anew when they change. */
export function createHeader(close: () => void, rate: () => void): Header {
  const face = make("span", { class: "face" });
  const title = make("b", { "data-part": "title", class: "title" });
  const presence = make("small", { "data-part": "presence", class: "presence" });
  const shut = make("button", { type: "button", "data-part": "close", class: "close" }, icon(CROSS));
  const star = make("button", { type: "button", "data-part": "rate", class: "close", hidden: true }, icon(STAR));
  shut.addEventListener("click", close);
  star.addEventListener("click", rate);
  let drawn = "";
  return {
    element: make("header", { "data-part": "header", class: "header" }, face, make("div", { class: "who" }, title, presence), star, shut),
    render(taste, words, availability, lines, ratable) {
      star.hidden = !ratable;
      setAttributes(star, { "aria-label": words.rating.rate, title: words.rating.rate });
      setAttributes(shut, { "aria-label": words.close, title: words.close });
      const key = [taste.name, taste.avatarUrl, taste.logoUrl, taste.wordmarkUrl].join("\n");
      if (key !== drawn) {
        drawn = key;
        drawFace(face, taste);
        drawTitle(title, taste, words);
      }
      drawPresence(presence, words, availability, lines);
    },
  };
}

function drawFace(face: HTMLElement, taste: Face): void {
  const url = taste.logoUrl || taste.avatarUrl;
  const initial = make("span", { class: "initial", "aria-hidden": "true" }, [...taste.name][0]?.toUpperCase() ?? "");
  face.hidden = !url && !taste.name;
  if (!url) return face.replaceChildren(initial);
  const picture = make("img", { src: url, alt: "", class: taste.logoUrl ? "logo" : "avatar", decoding: "async" });
  picture.addEventListener("error", () => picture.replaceWith(initial), { once: true });
  face.replaceChildren(picture);
}

function drawTitle(title: HTMLElement, taste: Face, words: PanelWords): void {
  const name = taste.name || words.chat;
  if (!taste.wordmarkUrl) return title.replaceChildren(name);
  const picture = make("img", { src: taste.wordmarkUrl, alt: name, class: "wordmark" });
  picture.addEventListener("error", () => title.replaceChildren(name), { once: true });
  title.replaceChildren(picture);
}

function drawPresence(
  presence: HTMLElement,
  words: PanelWords,
  availability: WidgetConfig["availability"] | undefined,
  lines: readonly Line[],
): void {
  const last = lines.findLast((line) => line.author === "agent" || line.author === "assistant");
  const person = last?.author === "agent" ? last.name || words.teammate : "";
  const away = availability?.online === false && !person;
  const text = person ? words.joined(person) : away ? words.away : availability?.online ? words.online : "";
  if (presence.textContent === text && presence.childElementCount) return;
  presence.replaceChildren(...(text ? [away ? icon(CLOCK) : make("span", { class: "dot", "aria-hidden": "true" }), text] : []));
}
