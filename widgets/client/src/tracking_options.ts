/** The host page's `tracking` option: what can be used of it, and every mistake by its name. */

import { BRIDGES } from "./bridges";
import type { TrackingOptions } from "./types";

const CONSENT: readonly string[] = ["none", "google", "page"];

type Fits = (value: unknown) => boolean;

const RULES: Record<keyof TrackingOptions, [Fits, string]> = {
  bridges: [
    (value) => Array.isArray(value) && value.every((name) => Object.hasOwn(BRIDGES, String(name))),
    `a list of ${Object.keys(BRIDGES).join(", ")}`,
  ],
  consent: [(value) => CONSENT.includes(value as string), `one of ${CONSENT.join(", ")}`],
  holdEvents: [(value) => typeof value === "boolean", "true or false"],
};

/** Sort the option's parts into those that can be used and those to complain about. */
export function checkTracking(given: object = {}): { options: TrackingOptions; mistakes: string[] } {
  const options: Record<string, unknown> = {};
  const mistakes: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    const [fits, wanted] = Object.hasOwn(RULES, name) ? RULES[name as keyof TrackingOptions] : [];
    if (fits?.(value)) options[name] = value;
    else mistakes.push(`"tracking.${name}" ${wanted ? `has to be ${wanted}` : "is not an option"}`);
  }
  return { options, mistakes };
}
