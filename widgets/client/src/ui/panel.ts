/** The panel as a dialog: header, then either the form or the conversation. */

import { parseColour } from "../colour";
import type { ChatState } from "../chat";
import type { ContactField } from "../contact";
import type { Face } from "../face";
import { textOn } from "../readable";
import type { PanelWords } from "../strings";
import type { Contact, WidgetConfig } from "../types";
import { Composer } from "./composer";
import { createContactForm } from "./contact_form";
import { make, mark, setAttributes, sheet } from "./dom";
import { keepFocusInside } from "./focus";
import formCss from "./form.css";
import { createHeader } from "./header";
import { Log } from "./log";
import logCss from "./log.css";
import panelCss from "./panel.css";
import { css } from "./styles";
import { Rating, type RatingActions, type RatingState } from "./rating";
import ratingCss from "./rating.css";
import { createToast } from "./toast";
import { followKeyboard, followWidth } from "./viewport";

/** All that the panel shows at one moment. */
export interface PanelModel {
  face: Face;
  brand: string;
  words: PanelWords;
  state: ChatState;
  /** What the form has to ask before the first message; empty when there is nothing to ask. */
  fields: ContactField[];
  contact: Contact;
  availability: WidgetConfig["availability"] | undefined;
  /** Something has been said already. */
  begun: boolean;
  /** Settings and history are here (or can't be had). */
  ready: boolean;
  problem: { title: string; body: string } | undefined;
  rating: RatingState;
  /** There is a conversation to rate. */
  ratable: boolean;
}

export interface PanelActions extends RatingActions {
  askRating(): void;
  close(): void;
  send(text: string): boolean;
  retry(): void;
  stop(): void;
  introduce(contact: Contact): void;
}

/** The panel's elements, hidden at first, before the launcher in the widget's box. */
export class PanelView {
  readonly #panel = make("section", { "data-part": "panel", class: "panel", role: "dialog", tabindex: -1, hidden: true });
  readonly #header;
  readonly #log;
  readonly #form;
  readonly #toast;
  readonly #rating;
  readonly #composer;
  readonly #footer = make("p", { "data-part": "footer", class: "footer" }, mark(), "autochat");
  readonly #colours = sheet("");
  readonly #stop: (() => void)[];
  #brand = "";

  constructor(
    shadow: ShadowRoot,
    private readonly box: HTMLElement,
    private readonly actions: PanelActions,
  ) {
    shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet(panelCss + logCss + formCss + ratingCss), this.#colours];
    this.#header = createHeader(actions.close, () => {
      actions.askRating();
      this.#rating.focus();
    });
    this.#log = new Log(actions.retry);
    this.#form = createContactForm(actions.introduce);
    this.#toast = createToast(actions.retry);
    this.#rating = new Rating(actions);
    this.#composer = new Composer((text) => this.#send(text), actions.stop);
    const parts = [this.#header, this.#log, this.#form, this.#toast, this.#rating, this.#composer].map((part) => part.element);
    this.#panel.append(...parts, this.#footer);
    this.#listen();
    box.prepend(this.#panel);
    this.#stop = [followWidth(box), followKeyboard(shadow, () => this.#isCompact && !this.#panel.hidden)];
  }

  show(): void {
    this.#panel.hidden = false;
    setAttributes(this.#panel, { "aria-modal": this.#isCompact && "true" });
    this.#log.toEnd();
  }

  hide(): void {
    this.#panel.hidden = true;
  }

  focus(): void {
    if (this.#panel.hidden) return;
    // On a phone the keyboard would cover half of what was opened.
    if (matchMedia("(pointer: coarse)").matches) this.#panel.focus({ preventScroll: true });
    else (this.#form.element.hidden ? this.#composer : this.#form).focus();
  }

  render(model: PanelModel): void {
    const { face, words, state, availability, ready, problem } = model;
    setAttributes(this.#panel, { "aria-label": face.name ? words.chatWith(face.name) : words.chat, "aria-busy": !ready && "true" });
    this.#colour(model.brand);
    this.#header.render(face, words, availability, state.closed ? [] : state.lines, model.ratable && model.rating === "hidden");
    const away = availability?.online === false ? (availability.awayMessage ?? "") : "";
    this.#log.render({ state, words, greeting: face.greeting, ready, away, retryInToast: problem !== undefined });
    this.#composer.render(words, state.closed, state.stop);
    this.#toast.render(problem, words);
    this.#rating.render(model.rating, words);
    this.#footer.hidden = !face.branding;
    this.#arrange(model);
  }

  destroy(): void {
    for (const stop of this.#stop) stop();
    this.#panel.remove();
  }

  get #isCompact(): boolean {
    return this.box.hasAttribute("data-compact");
  }

  /** Show what there is to do: fill in the form, write, or wait; focus goes to what has just appeared. */
  #arrange({ fields, contact, words, begun, ready }: PanelModel): void {
    const [form, composer] = [this.#form.element, this.#composer.element];
    const before = [form.hidden, composer.hidden].join();
    form.hidden = !ready || fields.length === 0;
    composer.hidden = !form.hidden || !(ready || begun);
    this.#log.element.hidden = !form.hidden;
    if (!form.hidden) this.#form.render(fields, contact, words);
    if (before !== [form.hidden, composer.hidden].join()) this.focus();
  }

  #send(text: string): boolean {
    const sent = this.actions.send(text);
    if (sent) this.#log.toEnd();
    return sent;
  }

  #listen(): void {
    // A page's shortcuts are not for what is typed here.
    for (const type of ["keydown", "keypress", "keyup"]) this.box.addEventListener(type, (event) => event.stopPropagation());
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.actions.close();
      else if (this.#isCompact) keepFocusInside(this.#panel, event);
    });
  }

  /** The brand's colour where it is text, for either theme. */
  #colour(brand: string): void {
    const colour = parseColour(brand);
    if (!colour || brand === this.#brand) return;
    this.#brand = brand;
    const rule = (selector: string, ground: "day" | "night"): string => `${selector}{--brand-text:${css(textOn(ground, colour))}}`;
    this.#colours.replaceSync(rule(".box", "day") + rule(".box[data-theme=dark]", "night"));
  }
}
