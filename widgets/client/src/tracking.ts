/** Outcomes told to the host page: the stable event first, then its alias, once for each event id. */

import type { Outcome } from "./types";
import type { Visit } from "./visit";

const STABLE_EVENT = "autochat.widget_tracking.v1";
const ALIAS = /^autochat\.[a-z0-9_.]+$/;

/** Dispatch an outcome on the window unless this browser has already done so; true when it was told now. */
export async function dispatchOutcome(outcome: unknown, visit: Pick<Visit, "claim">, page: EventTarget = window): Promise<boolean> {
  if (!isOutcome(outcome) || !(await visit.claim(outcome.event_id))) return false;
  tell(page, STABLE_EVENT, outcome);
  if (ALIAS.test(outcome.event_type) && outcome.event_type !== STABLE_EVENT) tell(page, outcome.event_type, outcome);
  return true;
}

function isOutcome(value: unknown): value is Outcome {
  const outcome = value as Outcome | null;
  return typeof outcome?.event_id === "string" && outcome.event_id !== "" && typeof outcome.event_type === "string";
}

function tell(page: EventTarget, name: string, outcome: Outcome): void {
  // A copy for each event, so that one listener's changes never reach the next.
  page.dispatchEvent(new CustomEvent(name, { detail: structuredClone(outcome) }));
}
