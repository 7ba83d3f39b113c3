/** The transcript: rows that are added and changed in place, and a view that stays at the end. */

import type { ChatState } from "../chat";
import type { Line } from "../lines";
import type { PanelWords } from "../strings";
import { make, setAttributes } from "./dom";
import { byline, createRow, type Row } from "./message";

const NEAR_END = 80; // pixels from the end that still count as reading along

export interface LogModel {
  state: ChatState;
  words: PanelWords;
  greeting: string;
  ready: boolean;
  /** What to say while nobody is there. */
  away: string;
  /** A toast offers to try again, so the rows need not. */
  retryInToast: boolean;
}

export class Log {
  readonly element;
  readonly #rows = new Map<string, Row>();
  readonly #typing = make("div", { class: "row typing", "data-part": "typing", hidden: true });
  readonly #list = make("div", { class: "list" }, this.#typing);
  #words: PanelWords | undefined;
  #following = true;

  /** `retry` sends again what failed. */
  constructor(private readonly retry: () => void) {
    this.element = make("div", { class: "log", "data-part": "log", role: "log", tabindex: 0 }, this.#list);
    this.element.addEventListener("scroll", () => this.#noticePlace(), { passive: true });
    // Fonts, pictures and the keyboard change heights after the fact.
    const grown = new ResizeObserver(() => this.#follow());
    grown.observe(this.element);
    grown.observe(this.#list);
  }

  /** Show the last message, whatever the visitor is looking at. */
  toEnd(): void {
    this.#following = true;
    this.#follow();
  }

  render(model: LogModel): void {
    const { state, words, greeting, ready, away } = model;
    setAttributes(this.element, { "aria-label": words.log, "aria-busy": !ready && "true" });
    if (words !== this.#words) this.#forget(() => true); // another language: every row is said anew
    this.#words = words;
    const assistant = state.lines.find((line) => line.author === "assistant" && line.name)?.name ?? "";
    const lines = ready ? [...opening(greeting, away, assistant), ...state.lines] : state.lines;
    const keys = new Set(lines.map((line) => line.key));
    this.#forget((key) => !keys.has(key));
    lines.forEach((line, index) => this.#place(line, index, isNamed(line, lines[index - 1]), model));
    showTyping(this.#typing, state, words);
    this.#follow();
  }

  #place(line: Line, index: number, named: boolean, { words, retryInToast }: LogModel): void {
    const row = this.#rows.get(line.key) ?? createRow(line, words, this.retry);
    this.#rows.set(line.key, row);
    row.update(line, named, !retryInToast);
    const { children } = this.#list;
    if (children[index] !== row.element) this.#list.insertBefore(row.element, children[index] ?? null);
  }

  #forget(gone: (key: string) => boolean): void {
    for (const [key, row] of this.#rows) {
      if (!gone(key)) continue;
      row.element.remove();
      this.#rows.delete(key);
    }
  }

  #noticePlace(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  #follow(): void {
    if (this.#following) this.element.scrollTop = this.element.scrollHeight;
  }
}

/** What stands above every conversation, from the tenant's settings. */
function opening(greeting: string, away: string, assistant: string): Line[] {
  const said = { name: assistant, at: "", state: "sent", sources: [] } as const;
  const lines: Line[] = [];
  const add = (author: "system" | "assistant", text: string): void => {
    if (text) lines.push({ ...said, id: `${author}:${text}`, key: `${author}:${text}`, author, text });
  };
  add("system", away);
  add("assistant", greeting);
  return lines;
}

/** Is this where somebody begins to speak? */
function isNamed(line: Line, before: Line | undefined): boolean {
  return before?.author !== line.author || (before.name !== line.name && before.name !== "" && line.name !== "");
}

function showTyping(typing: HTMLElement, { waiting, typing: person, lines }: ChatState, words: PanelWords): void {
  const silent = waiting && !lines.some((line) => line.partial);
  const text = person !== undefined ? words.personWrites(person) : silent ? words.assistantWrites : "";
  if (typing.dataset["says"] === text) return;
  typing.dataset["says"] = text;
  typing.hidden = !text;
  if (!text) return typing.replaceChildren();
  const dots = make("div", { class: "bubble dots", "aria-hidden": "true" }, make("i"), make("i"), make("i"));
  typing.replaceChildren(byline({ author: person === undefined ? "assistant" : "agent", name: "" }, words, text), dots);
}
