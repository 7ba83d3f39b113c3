/** The transcript: rows that are added and changed in place, and a view that stays at the end. */

import type { ChatState } from "../chat";
import type { Line } from "../lines";
import type { PanelWords } from "../strings";
import { make, setAttributes } from "./dom";
import { byline, createRow, type Row } from "./message";

const NEAR_END = 80; // pixels from the end that still count as reading along

interface LogModel {
  state: ChatState;
  words: PanelWords;
  greeting: string;
  ready: boolean;
  /** What to say while nobody is there. */
  away: string;
  /** A toast offers to try again, so the rows need not. */
  retryInToast: boolean;
}

export interface Log {
  readonly element: HTMLElement;
  render(model: LogModel): void;
  /** Show the last message, whatever the visitor is looking at. */
  toEnd(): void;
}

/** Make the transcript; `retry` sends what failed again. */
export function createLog(retry: () => void): Log {
  const rows = new Map<string, Row>();
  const typing = make("div", { class: "row typing", "data-part": "typing", hidden: true });
  const list = make("div", { class: "list" }, typing);
  const element = make("div", { class: "log", "data-part": "log", role: "log", tabindex: 0 }, list);
  let said = "";

  const toEnd = (): void => {
    element.scrollTop = element.scrollHeight;
  };
  // Pictures, fonts and the keyboard change heights after the fact.
  let following = true;
  element.addEventListener("scroll", () => {
    following = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
  }, { passive: true });
  const grown = new ResizeObserver(() => following && toEnd());
  grown.observe(element);
  grown.observe(list);

  const place = (lines: readonly Line[], { words, retryInToast }: LogModel): void => {
    const kept = new Set(lines.map((line) => line.id));
    for (const [id, row] of rows) {
      if (kept.has(id)) continue;
      row.element.remove();
      rows.delete(id);
    }
    lines.forEach((line, index) => {
      const row = rows.get(line.id) ?? createRow(line, words, retry);
      rows.set(line.id, row);
      row.update(line, isNamed(line, lines[index - 1]), !retryInToast);
      if (list.children[index] !== row.element) list.insertBefore(row.element, list.children[index] ?? typing);
    });
  };

  return {
    element,
    toEnd() {
      following = true;
      toEnd();
    },
    render(model) {
      const { state, words, greeting, ready } = model;
      setAttributes(element, { "aria-label": words.log, "aria-busy": !ready && "true" });
      if (words.log !== said) {
        said = words.log; // another language: every row is said anew
        for (const row of rows.values()) row.element.remove();
        rows.clear();
      }
      place(ready ? [...opening(greeting, model.away), ...state.lines] : state.lines, model);
      showTyping(typing, state, words);
      if (following) toEnd();
    },
  };
}

/** What stands above every conversation, from the tenant's settings. */
function opening(greeting: string, away: string): Line[] {
  const said = { name: "", at: "", state: "sent", sources: [] } as const;
  const lines: Line[] = [];
  if (away) lines.push({ ...said, id: `away:${away}`, author: "system", text: away });
  if (greeting) lines.push({ ...said, id: `greeting:${greeting}`, author: "assistant", text: greeting });
  return lines;
}

/** Is this where somebody begins to speak? */
function isNamed(line: Line, before: Line | undefined): boolean {
  return !before || before.author !== line.author || before.name !== line.name;
}

function showTyping(typing: HTMLElement, { waiting, typing: person }: ChatState, words: PanelWords): void {
  const text = person !== undefined ? words.personWrites(person) : waiting ? words.assistantWrites : "";
  if (typing.dataset["says"] === text) return;
  typing.dataset["says"] = text;
  typing.hidden = !text;
  if (!text) return typing.replaceChildren();
  const dots = make("div", { class: "bubble dots", "aria-hidden": "true" }, make("i"), make("i"), make("i"));
  typing.replaceChildren(byline({ author: person === undefined ? "assistant" : "agent", name: "" }, words, text), dots);
}
