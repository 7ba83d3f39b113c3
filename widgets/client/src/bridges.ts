/** The page's own analytics: each hears of an outcome only where its global is there. */

import type { Signal } from "./consent";
import type { BridgeName, Outcome } from "./types";

const EVENT = "chat_widget_tracking";
const STABLE_EVENT = "autochat.widget_tracking.v1";

type Page = Record<string, unknown>;
type Call = (...given: unknown[]) => void;

export interface Bridge {
  signal: Signal;
  /** The function that takes an outcome, or undefined where nobody listens. */
  find(page: Page): ((outcome: Outcome) => void) | undefined;
}

export const BRIDGES: Record<BridgeName, Bridge> = {
  dataLayer: pushing("dataLayer", (outcome) => ({ event: STABLE_EVENT, ...parameters(outcome), ...facts(outcome) })),
  gtag: calling("gtag", (gtag, outcome) => gtag("event", EVENT, parameters(outcome))),
  fbq: calling("fbq", (fbq, outcome) => fbq("trackCustom", EVENT, parameters(outcome), { eventID: outcome.event_id }), "ad_storage"),
  segment: calling("analytics.track", (track, outcome) => track(EVENT, parameters(outcome))),
  posthog: calling("posthog.capture", (capture, outcome) => capture(EVENT, parameters(outcome))),
  matomo: pushing("_paq", (outcome) => ["trackEvent", EVENT, outcome.event_type, outcome.event_id]),
  plausible: calling("plausible", (plausible, outcome) => plausible(EVENT, { props: parameters(outcome) })),
};

function pushing(name: string, entry: (outcome: Outcome) => unknown): Bridge {
  return calling(`${name}.push`, (push, outcome) => push(entry(outcome)));
}

function calling(path: string, speak: (call: Call, outcome: Outcome) => void, signal: Signal = "analytics_storage"): Bridge {
  const [first = "", second] = path.split(".");
  return {
    signal,
    find(page) {
      const owner = second ? page[first] : page;
      const call = (owner as Page | undefined)?.[second ?? first];
      return typeof call === "function" ? (outcome) => speak((...given) => call.apply(owner, given), outcome) : undefined;
    },
  };
}

function parameters(outcome: Outcome): object {
  return {
    autochat_event_type: outcome.event_type,
    autochat_event_id: outcome.event_id,
    autochat_trigger_source: outcome["trigger_source"],
    autochat_scope: outcome["scope"],
  };
}

/** What a data layer holds besides; null, not missing, so that one event's values don't linger in the next. */
function facts(outcome: Outcome): object {
  const data = outcome["data"] as Page | undefined;
  return {
    autochat_occurred_at: outcome["occurred_at"],
    autochat_conversation_id: outcome["conversation_id"],
    autochat_value: data?.["conversion_value"] ?? null,
    autochat_currency: data?.["currency"] ?? null,
  };
}
