/** What the form before the first message asks for, and what it takes for an answer. */

import type { PanelWords } from "./strings";
import type { Contact } from "./types";

export type ContactField = "name" | "email" | "phone";

const FIELDS: readonly ContactField[] = ["name", "email", "phone"];

/** The fields a tenant asks for that aren't known yet, in the order a person expects them. */
export function missingFields(required: readonly string[] | undefined, contact: Contact): ContactField[] {
  return FIELDS.filter((field) => required?.includes(field) && !contact[field]);
}

/** What is wrong with a field's value, in words that say how to mend it; "" when nothing is. */
export function checkField(field: ContactField, value: string, words: PanelWords["form"]): string {
  const text = value.trim();
  if (field === "name") return text ? "" : words.nameMissing;
  if (field === "phone") return text.replace(/\D/g, "").length >= 5 ? "" : words.phoneMissing;
  return checkEmail(text, words);
}

function checkEmail(email: string, words: PanelWords["form"]): string {
  if (!email) return words.emailMissing;
  const [local = "", host, ...more] = email.split("@");
  if (host === undefined) return words.emailNoAt;
  if (!local || more.length || /[\s<>,;]/.test(email) || email.length > 254) return words.emailWrong;
  if (/^[^.]+(\.[^.]+)*\.[^.\d]{2,}$/.test(host)) return "";
  const stem = host.split(".").find((part) => /^[\p{L}\p{N}-]+$/u.test(part));
  return words.emailUnfinished(`${stem ?? "example"}.com`);
}
