/** The box the visitor writes in. */

import type { ChatState } from "../chat";
import { MESSAGE_LIMIT, countCharacters } from "../limits";
import type { PanelWords } from "../strings";
import { icon, make, setAttributes } from "./dom";
import { SEND, STOP } from "./icons";

const SHOW_LEFT = 400; // characters from the limit at which it is worth a word
const IME_KEY = 229; // what some browsers give for Enter while a word is still being composed

export class Composer {
  readonly element;
  readonly #input = make("textarea", {
    "data-part": "input",
    rows: 1,
    enterkeyhint: "send",
    autocomplete: "off",
    "aria-describedby": "left",
  });
  readonly #twin = make("div", { class: "twin", "aria-hidden": "true" });
  readonly #button = make("button", { type: "submit", "data-part": "send", class: "send" }, icon(SEND));
  readonly #left = make("p", { id: "left", "data-part": "counter", class: "left", role: "status" });
  readonly #stopWord = make("span");
  readonly #stop = make("button", { type: "button", "data-part": "stop", class: "chip stop", hidden: true }, icon(STOP), this.#stopWord);
  #words: PanelWords | undefined;

  /** `send` says whether the message was taken; `stop` has enough of the answer that is being made. */
  constructor(
    private readonly send: (text: string) => boolean,
    stop: () => void,
  ) {
    const field = make("div", { class: "write" }, make("div", { class: "grow" }, this.#input, this.#twin), this.#button);
    this.element = make("form", { "data-part": "composer", class: "composer", novalidate: true }, this.#stop, this.#left, field);
    this.#stop.addEventListener("click", () => {
      this.focus(); // the button is about to go
      stop();
    });
    this.#input.addEventListener("input", () => this.#check());
    this.#input.addEventListener("keydown", (event) => this.#onKey(event));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
      this.focus();
    });
    this.#check();
  }

  render(words: PanelWords, ended: boolean, stop: ChatState["stop"]): void {
    this.#stop.hidden = stop !== "offered";
    this.#stopWord.textContent = words.stop;
    this.#words = words;
    const label = ended ? words.writeAgain : words.write;
    setAttributes(this.#input, { placeholder: label, "aria-label": label });
    setAttributes(this.#button, { "aria-label": words.send });
  }

  focus(): void {
    this.#input.focus({ preventScroll: true });
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === IME_KEY) return;
    event.preventDefault();
    this.#submit();
  }

  #submit(): void {
    if (this.#button.disabled || !this.send(this.#input.value)) return;
    this.#input.value = "";
    this.#check();
  }

  #check(): void {
    this.#twin.textContent = `${this.#input.value}\u200b`; // the twin's height is the box's height
    const text = this.#input.value.trim();
    setAttributes(this.#input, { dir: text !== "" && "auto" }); // empty, it follows the language
    const over = countCharacters(text) - MESSAGE_LIMIT;
    this.#button.disabled = text === "" || over > 0;
    setAttributes(this.#input, { "aria-invalid": over > 0 && "true" });
    this.#left.classList.toggle("bad", over > 0);
    this.#left.textContent = !this.#words || over < -SHOW_LEFT ? "" : over > 0 ? this.#words.tooLong(over) : this.#words.left(-over);
  }
}
