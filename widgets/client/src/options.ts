/** The host page's options: what can be used, and every mistake by its name. */

import { parseColour } from "./colour";
import type { Contact, Position, Theme, WidgetConfig, WidgetOptions } from "./types";

export const POSITIONS: readonly string[] = ["bottom-right", "bottom-left", "top-right", "top-left"];
const THEMES: readonly string[] = ["auto", "light", "dark"];
const CONTACT_FIELDS = ["name", "email", "phone", "hash"] as const;
const RIGHT_TO_LEFT = /^(ar|dv|fa|he|iw|ku|ps|sd|ug|ur|yi)\b/i;
const QUIET_BLUE = "#2f536f";

export interface Checked {
  /** Undefined when a required option is missing: nothing can be shown then. */
  options: WidgetOptions | undefined;
  /** One phrase for each option that is missing or wrong. */
  mistakes: string[];
}

/** What the launcher has to know of the tenant's taste. */
export interface Look {
  brand: string;
  position: Position;
  theme: Theme;
  locale: string;
  direction: "ltr" | "rtl";
}

type Fits = (value: unknown) => unknown;

const isText: Fits = (value) => typeof value === "string" && value.trim();
const isLink: Fits = (value) => webUrl(value, location.href);

const REQUIRED: readonly string[] = ["tenantId", "apiUrl", "token"];

/** For each option whether a value fits, and what to ask for when it doesn't. */
const RULES: Record<string, [Fits, string]> = {
  tenantId: [isText, "text"],
  apiUrl: [(value) => webUrl(value), "a whole http(s) address"],
  token: [isText, "text"],
  primaryColor: [parseColour, `a hex colour like ${QUIET_BLUE}`],
  companyName: [isText, "text"],
  position: [(value) => POSITIONS.includes(value as string), `one of ${POSITIONS.join(", ")}`],
  avatarUrl: [isLink, "an http(s) address"],
  headerLogoUrl: [isLink, "an http(s) address"],
  headerWordmarkUrl: [isLink, "an http(s) address"],
  theme: [(value) => THEMES.includes(value as string), `one of ${THEMES.join(", ")}`],
  locale: [isText, "text"],
  contact: [readContact, "an object of texts"],
  open: [(value) => typeof value === "boolean", "true or false"],
  container: [(value) => value instanceof Element || isText(value), "an element or a selector"],
  tracking: [(value) => typeof value === "object", "an object"], // the panel looks into it
};

/** Sort a host page's options into those that can be used and those to complain about. */
export function checkOptions(input: unknown): Checked {
  const given = typeof input === "object" ? { ...(input as Record<string, unknown>) } : {};
  const mistakes: string[] = [];
  const options: Record<string, unknown> = {};
  let usable = true;
  for (const name of new Set([...REQUIRED, ...Object.keys(given)])) {
    const value = given[name] ?? "";
    const [fits, wanted] = Object.hasOwn(RULES, name) ? (RULES[name] ?? []) : [];
    const needed = REQUIRED.includes(name);
    if (fits?.(value)) options[name] = value;
    else if (needed || value !== "") {
      usable &&= !needed;
      mistakes.push(`"${name}" ${!fits ? "is not an option" : value === "" ? "is missing" : `has to be ${wanted}`}`);
    }
  }
  return { options: usable ? (options as unknown as WidgetOptions) : undefined, mistakes };
}

/** Merge options, then the tenant's settings, then what the widget does by itself. */
export function mergeLook(options: WidgetOptions, { widget = {} }: WidgetConfig = {}): Look {
  const choose = (name: "primaryColor" | "position" | "theme" | "locale", otherwise: string): string => {
    const setting = widget[name];
    return options[name] ?? (setting && RULES[name]?.[0](setting) ? setting : otherwise);
  };
  const wanted = choose("locale", "en");
  const locale = wanted === "auto" ? "en" : wanted; // of all that browsers ask for, the one we have words in
  return {
    brand: choose("primaryColor", QUIET_BLUE),
    position: choose("position", "bottom-right") as Position,
    theme: choose("theme", "auto") as Theme,
    locale,
    direction: RIGHT_TO_LEFT.test(locale) ? "rtl" : "ltr",
  };
}

/** The contact in a value from outside, without what isn't ours; undefined when it is none. */
export function readContact(value: unknown): Contact | undefined {
  if (!value || typeof value !== "object") return undefined;
  const contact: Contact = {};
  for (const field of CONTACT_FIELDS) {
    const part: unknown = (value as Contact)[field] ?? "";
    if (typeof part !== "string") return undefined;
    if (part.trim()) contact[field] = part.trim();
  }
  return contact;
}

/** A value as a whole web address, or undefined. */
export function webUrl(value: unknown, base?: string): string | undefined {
  try {
    const url = new URL(value as string, base);
    return isText(value) && /^https?:$/.test(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
