/** The form before the first message: only what the tenant asks for and nobody has told yet. */

import { checkField, type ContactField } from "../contact";
import type { PanelWords } from "../strings";
import type { Contact } from "../types";
import { icon, make, setAttributes } from "./dom";
import { WARNING } from "./icons";

export interface ContactForm {
  readonly element: HTMLElement;
  render(fields: ContactField[], contact: Contact, words: PanelWords): void;
  focus(): void;
}

interface Field {
  element: HTMLElement;
  input: HTMLInputElement;
  /** Say what is wrong, or take it back; true when nothing is. */
  check(): boolean;
}

const INPUTS: Record<ContactField, { type: string; autocomplete: string; inputmode: string }> = {
  name: { type: "text", autocomplete: "name", inputmode: "text" },
  email: { type: "email", autocomplete: "email", inputmode: "email" },
  phone: { type: "tel", autocomplete: "tel", inputmode: "tel" },
};

/** Make the form; `done` gets what the visitor filled in, once all of it is right. */
export function createContactForm(done: (contact: Contact) => void): ContactForm {
  const element = make("form", { "data-part": "prechat", class: "form", novalidate: true, hidden: true });
  let fields = new Map<ContactField, Field>();
  let drawn = "";
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const wrong = [...fields.values()].filter((field) => !field.check());
    if (wrong[0]) return wrong[0].input.focus();
    done(Object.fromEntries([...fields].map(([name, field]) => [name, field.input.value.trim()])));
  });
  return {
    element,
    render(wanted, contact, words) {
      const key = wanted.join() + words.form.intro;
      if (key === drawn) return; // a redraw must not take away what was typed
      drawn = key;
      fields = new Map(wanted.map((name) => [name, createField(name, contact[name] ?? "", words.form)]));
      const start = make("button", { type: "submit", "data-part": "start", class: "button" }, words.form.start);
      element.replaceChildren(make("p", {}, words.form.intro), ...[...fields.values()].map((field) => field.element), start);
    },
    focus() {
      [...fields.values()].find((field) => !field.input.value)?.input.focus({ preventScroll: true });
    },
  };
}

function createField(name: ContactField, value: string, words: PanelWords["form"]): Field {
  const input = make("input", { id: name, name, "data-part": `field-${name}`, class: "input", dir: name !== "name" && "ltr", maxlength: 254, required: true, ...INPUTS[name] });
  const error = make("p", { id: `${name}-error`, "data-part": `error-${name}`, class: "error", role: "alert" });
  const element = make("div", { class: "field" }, make("label", { for: name }, words[name]), input, error);
  input.value = value;
  const check = (): boolean => {
    const wrong = checkField(name, input.value, words);
    if (error.textContent !== wrong) error.replaceChildren(...(wrong ? [icon(WARNING), make("span", {}, wrong)] : []));
    setAttributes(input, { "aria-invalid": wrong !== "" && "true", "aria-describedby": wrong !== "" && `${name}-error` });
    return wrong === "";
  };
  // Complain when the visitor has finished a field, take it back as soon as it is mended.
  input.addEventListener("blur", () => void (input.value.trim() && check()));
  input.addEventListener("input", () => void (input.hasAttribute("aria-invalid") && check()));
  return { element, input, check };
}
