/** The box the visitor writes in. */

import { MESSAGE_LIMIT, countCharacters } from "../limits";
import type { PanelWords } from "../strings";
import { icon, make, setAttributes } from "./dom";
import { SEND } from "./icons";

const SHOW_LEFT = 400; // characters from the limit at which it is worth a word

export interface Composer {
  readonly element: HTMLElement;
  render(words: PanelWords, ended: boolean): void;
  focus(): void;
}

/** Make the composer; `send` says whether the message was taken. */
export function createComposer(send: (text: string) => boolean): Composer {
  const input = make("textarea", { "data-part": "input", rows: 1, dir: "auto", enterkeyhint: "send", autocomplete: "off", "aria-describedby": "left" });
  const twin = make("div", { class: "twin", "aria-hidden": "true" });
  const button = make("button", { type: "submit", "data-part": "send", class: "send" }, icon(SEND));
  const left = make("p", { id: "left", "data-part": "counter", class: "left", role: "status" });
  const field = make("div", { class: "write" }, make("div", { class: "grow" }, input, twin), button);
  const element = make("form", { "data-part": "composer", class: "composer", novalidate: true }, left, field);
  let words: PanelWords | undefined;

  const check = (): void => {
    twin.textContent = `${input.value}\u200b`; // the twin's height is the box's height
    const text = input.value.trim();
    const over = countCharacters(text) - MESSAGE_LIMIT;
    button.disabled = text === "" || over > 0;
    setAttributes(input, { "aria-invalid": over > 0 && "true" });
    left.classList.toggle("bad", over > 0);
    left.textContent = !words || over < -SHOW_LEFT ? "" : over > 0 ? words.tooLong(over) : words.left(-over);
  };
  const submit = (): void => {
    if (button.disabled || !send(input.value)) return;
    input.value = "";
    check();
  };
  input.addEventListener("input", check);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    input.focus();
  });
  check();
  return {
    element,
    render(now, ended) {
      words = now;
      const label = ended ? now.writeAgain : now.write;
      if (input.placeholder !== label) setAttributes(input, { placeholder: label, "aria-label": label });
      setAttributes(button, { "aria-label": now.send });
    },
    focus: () => input.focus({ preventScroll: true }),
  };
}
