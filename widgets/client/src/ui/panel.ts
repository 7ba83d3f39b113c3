/** The panel as a dialog: header, then either the form or the conversation. */

import type { ChatState } from "../chat";
import type { ContactField } from "../contact";
import { parseColour } from "../colour";
import type { Face } from "../face";
import { textOn } from "../readable";
import type { PanelWords } from "../strings";
import type { Contact, WidgetConfig } from "../types";
import { createComposer } from "./composer";
import { createContactForm } from "./contact_form";
import { make, mark, setAttributes, sheet } from "./dom";
import { keepFocusInside } from "./focus";
import { createHeader } from "./header";
import { createLog } from "./log";
import panelCss from "./panel.css";
import logCss from "./log.css";
import formCss from "./form.css";
import { css } from "./styles";
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
  /** Settings and history are here (or can't be had). */
  ready: boolean;
  problem: { title: string; body: string } | undefined;
}

export interface PanelActions {
  close(): void;
  send(text: string): boolean;
  retry(): void;
  introduce(contact: Contact): void;
}

export interface PanelView {
  show(): void;
  hide(): void;
  focus(): void;
  render(model: PanelModel): void;
  destroy(): void;
}

/** Build the panel's elements, hidden, as the first thing in the widget's box. */
export function createPanelView(shadow: ShadowRoot, box: HTMLElement, actions: PanelActions): PanelView {
  const colours = sheet("");
  shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet(panelCss + logCss + formCss), colours];
  const header = createHeader(actions.close);
  const log = createLog(actions.retry);
  const toast = createToast(actions.retry);
  const composer = createComposer((text) => {
    const sent = actions.send(text);
    if (sent) log.toEnd();
    return sent;
  });
  const form = createContactForm(actions.introduce);
  const footer = make("p", { "data-part": "footer", class: "footer" }, mark(), "autochat");
  const panel = make("section", { "data-part": "panel", class: "panel", role: "dialog", hidden: true });
  panel.append(header.element, log.element, form.element, toast.element, composer.element, footer);
  box.prepend(panel);

  const isCompact = (): boolean => box.hasAttribute("data-compact");
  const unfollow = [followWidth(box), followKeyboard(shadow, () => isCompact() && !panel.hidden)];
  // A page's shortcuts are not for what is typed here.
  for (const type of ["keydown", "keypress", "keyup"]) box.addEventListener(type, (event) => event.stopPropagation());
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) actions.close();
    else if (isCompact()) keepFocusInside(panel, event);
  });

  return {
    show() {
      panel.hidden = false;
      setAttributes(panel, { "aria-modal": isCompact() && "true" });
      log.toEnd();
    },
    hide() {
      panel.hidden = true;
    },
    focus() {
      if (!panel.hidden) (form.element.hidden ? composer : form).focus();
    },
    render({ face, brand, words, state, fields, contact, availability, ready, problem }) {
      const asking = ready && fields.length > 0;
      setAttributes(panel, { "aria-label": face.name ? words.chatWith(face.name) : words.chat, "aria-busy": !ready && "true" });
      colours.replaceSync(textColours(brand));
      header.render(face, words, availability, state.lines);
      log.element.hidden = asking;
      composer.element.hidden = asking;
      form.element.hidden = !asking;
      if (asking) form.render(fields, contact, words);
      log.render({ state, words, greeting: face.greeting, ready, away: availability?.online === false ? (availability.awayMessage ?? "") : "", retryInToast: problem !== undefined });
      composer.render(words, state.lines.at(-1)?.text === "closed" && state.lines.at(-1)?.author === "notice");
      toast.render(problem, words);
      footer.hidden = !face.branding;
    },
    destroy() {
      for (const stop of unfollow) stop();
      panel.remove();
    },
  };
}

/** The brand's colour where it is text, for either theme. */
function textColours(brand: string): string {
  const colour = parseColour(brand);
  if (!colour) return "";
  const rule = (selector: string, ground: "day" | "night"): string => `${selector}{--brand-text:${css(textOn(ground, colour))}}`;
  return rule(".box", "day") + rule(".box[data-theme=dark]", "night");
}
