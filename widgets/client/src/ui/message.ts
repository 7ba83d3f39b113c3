/** One row of the transcript: who said it, what was said, where it comes from, whether it arrived. */

import type { Line } from "../lines";
import { safeUrl } from "../markdown";
import type { PanelWords } from "../strings";
import type { Source } from "../types";
import { icon, make, setAttributes } from "./dom";
import { EYE, PAGE, WARNING } from "./icons";
import { outwardLink, prose } from "./markdown";

export interface Row {
  readonly element: HTMLElement;
  /** Change what may change later: a text that grows, the state of sending, who is named, what the server tells afterwards. */
  update(line: Line, named: boolean, retryHere: boolean): void;
}

/** Make the row for a line; `retry` is offered where a message failed. */
export function createRow(line: Line, words: PanelWords, retry: () => void): Row {
  if (line.author === "notice" || line.author === "system") return createNotice(line, words);
  const own = line.author === "visitor";
  const by = own ? make("span", { class: "hear" }, `${words.you}: `) : byline(line, words);
  const sources = make("ul", { class: "sources", "data-part": "sources", "aria-label": words.sources, hidden: true });
  const bubble = make("div", { class: "bubble" });
  // Not before somebody asks for it: a page's first such text keeps a browser busy for 20 ms and more.
  bubble.onmouseenter = () => (bubble.title = exactTime(line.at));
  if (own) bubble.append(make("p", { class: "plain", dir: "auto" }, line.text));
  const write = prose(bubble, words.newWindow);
  const fate = make("div", { class: "by fate", "data-part": "fate" });
  const element = make("div", { class: "row", "data-part": "message", "data-author": line.author }, by, bubble);
  element.append(own ? fate : sources);
  const stopped = make("div", { class: "by fate", "data-part": "stopped", hidden: true }, words.stopped);
  if (!own) element.append(stopped);
  return {
    element,
    update(now, named, retryHere) {
      const { id, state, partial } = now;
      // Nobody wants each word read out: what is whole is said anew.
      setAttributes(element, { "data-state": state, "data-message-id": id, "data-partial": partial, "aria-live": partial && "off", "aria-busy": partial && "true" });
      if (own) return showFate(fate, now, words, retryHere ? retry : undefined);
      write(now.text, !now.partial);
      stopped.hidden = !now.stopped;
      by.className = named ? "by" : "hear";
      setText(by.lastElementChild as Element, speaker(now, words));
      showSources(sources, now.sources, words);
    },
  };
}

/** Who speaks, with the sign for it: a square answers by itself, a circle is somebody. */
export function byline(line: Pick<Line, "author" | "name">, words: PanelWords, doing?: string): HTMLElement {
  const machine = line.author === "assistant";
  const glyph = make("span", { class: machine ? "glyph machine" : "glyph", "aria-hidden": "true" });
  return make("div", { class: "by" }, glyph, make("span", { dir: "auto" }, doing ?? speaker(line, words)));
}

function speaker({ author, name }: Pick<Line, "author" | "name">, words: PanelWords): string {
  if (author === "assistant") return name ? words.named(name) : words.assistant;
  return name || words.teammate;
}

function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function createNotice(line: Line, words: PanelWords): Row {
  const kind = line.author === "notice" ? line.text : "system";
  const say = words.notices;
  const known: Record<string, string> = { held: say.held, human: say.human, unanswered: say.unanswered, stopped: words.stopped, closed: say.closed(line.name) };
  const text = make("span", { dir: "auto" }, kind === "system" ? line.text : (known[kind] ?? ""));
  const boxed = kind !== "system" && kind !== "closed" && kind !== "stopped";
  const element = make("div", { class: boxed ? "wait" : "said", "data-part": "notice", "data-notice": kind }, boxed && icon(EYE), text);
  return { element, update: () => undefined };
}

function showFate(fate: HTMLElement, line: Line, words: PanelWords, retry: (() => void) | undefined): void {
  const key = `${line.state}${retry !== undefined}`;
  if (fate.dataset["shown"] === key) return;
  fate.dataset["shown"] = key;
  fate.replaceChildren();
  if (line.state !== "failed") return;
  fate.append(make("span", { class: "bad" }, icon(WARNING), words.notSent));
  if (!retry) return;
  const again = make("button", { type: "button", class: "again", "data-part": "retry-here" }, words.tryAgain);
  again.addEventListener("click", retry);
  fate.append(again);
}

function showSources(list: HTMLElement, sources: readonly Source[], words: PanelWords): void {
  list.hidden = sources.length === 0;
  if (list.childElementCount === sources.length) return;
  list.replaceChildren();
  for (const { title, url } of sources) {
    const address = url ? safeUrl(url) : undefined;
    const name = make("span", { class: "cut", dir: "auto" }, title);
    const chip = address ? outwardLink(address, words.newWindow, icon(PAGE), name) : make("span", {}, icon(PAGE), name);
    chip.className = "chip";
    list.append(make("li", {}, chip));
  }
}

function exactTime(iso: string): string {
  return iso && new Date(iso).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }); // "" is the greeting's
}
