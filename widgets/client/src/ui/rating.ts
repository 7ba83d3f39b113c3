/** How was it? Five stars and, if the visitor likes, a sentence. */

import type { PanelWords } from "../strings";
import { icon, make, setAttributes } from "./dom";
import { CROSS, STAR, WARNING } from "./icons";

export type RatingState = "hidden" | "asked" | "sending" | "failed" | "thanked";

export interface RatingActions {
  rate(score: number, comment: string): void;
  dismiss(): void;
}

const SCORES = [1, 2, 3, 4, 5];
const COMMENT_LIMIT = 2_000; // what the server takes

/** The question, between the transcript and the composer. */
export class Rating {
  readonly element = make("section", { "data-part": "rating", class: "rating", hidden: true });
  #score = 0;
  #drawn: RatingState = "hidden";
  #words: PanelWords["rating"] | undefined;

  constructor(private readonly actions: RatingActions) {}

  render(state: RatingState, words: PanelWords): void {
    if (state === this.#drawn && words.rating === this.#words) return;
    const begins = !this.#isForm(this.#drawn) || words.rating !== this.#words;
    this.#drawn = state;
    this.#words = words.rating;
    this.element.hidden = state === "hidden";
    setAttributes(this.element, { "aria-label": words.rating.ask });
    if (state === "hidden") return this.element.replaceChildren();
    if (state === "thanked") return this.element.replaceChildren(make("p", { class: "thanks", role: "status" }, words.rating.thanks), this.#shut(words));
    if (begins) this.#draw(words);
    this.#tell(state, words);
  }

  focus(): void {
    this.element.querySelector("input")?.focus({ preventScroll: true });
  }

  #isForm(state: RatingState): boolean {
    return state === "asked" || state === "sending" || state === "failed";
  }

  #draw(words: PanelWords): void {
    this.#score = 0;
    const say = words.rating;
    const stars = SCORES.map((score) => this.#star(score, say));
    const comment = make("textarea", { "data-part": "rating-comment", class: "input", id: "rating-comment", rows: 2, maxlength: COMMENT_LIMIT, dir: "auto" });
    const details = make("div", { class: "more", hidden: true }, make("label", { for: "rating-comment" }, say.comment), comment, make("button", { type: "submit", "data-part": "rating-send", class: "button" }, say.send));
    const choice = make("fieldset", { class: "stars" }, make("legend", {}, say.ask), ...stars);
    const form = make("form", { novalidate: true }, choice, details, make("p", { class: "error", role: "alert" }));
    choice.addEventListener("change", (event) => {
      this.#score = Number((event.target as HTMLInputElement).value);
      stars.forEach((star, index) => star.classList.toggle("on", index < this.#score));
      details.hidden = false;
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#score && this.#drawn !== "sending") this.actions.rate(this.#score, comment.value.trim());
    });
    this.element.replaceChildren(form, this.#shut(words));
  }

  #star(score: number, say: PanelWords["rating"]): HTMLElement {
    const input = make("input", { type: "radio", name: "score", value: score, "data-part": `star-${score}`, "aria-label": say.stars(score) });
    return make("label", { class: "star" }, input, icon(STAR));
  }

  #shut(words: PanelWords): HTMLElement {
    const button = make("button", { type: "button", "data-part": "rating-close", class: "close", "aria-label": words.rating.notNow, title: words.rating.notNow }, icon(CROSS));
    button.addEventListener("click", () => this.actions.dismiss());
    return button;
  }

  #tell(state: RatingState, words: PanelWords): void {
    const failed = state === "failed";
    this.element.querySelector(".error")?.replaceChildren(...(failed ? [icon(WARNING), make("span", {}, words.rating.failed)] : []));
    const send = this.element.querySelector(".button");
    if (send) setAttributes(send, { "aria-busy": state === "sending" && "true" });
  }
}
