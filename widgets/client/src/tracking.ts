/** Outcomes told to the host page: the stable event, its alias, then the page's own analytics; each once. */

import { BRIDGES } from "./bridges";
import type { Claims } from "./claims";
import { Consent, type GooglePage, type Signal } from "./consent";
import { randomHex } from "./session";
import type { Outcome, TrackingOptions } from "./types";

const STABLE_EVENT = "autochat.widget_tracking.v1";
const ALIAS = /^autochat\.[a-z0-9_.]+$/;
const TEST_TYPE = "autochat.lead_qualified.v1";
const LOOK_MS = 500; // Consent Mode tells nobody when it changes

export interface TrackerDoors {
  options: TrackingOptions;
  claims: Pick<Claims, "claim">;
  /** What the page has said about consent. */
  consent(): boolean | undefined;
  /** It was told now. */
  told(outcome: Outcome): void;
  page?: EventTarget & Record<string, unknown>;
}

export class Tracker {
  readonly #consent: Consent;
  readonly #page: EventTarget & Record<string, unknown>;
  /** What waits for the visitor's consent, by what it is. */
  readonly #held = new Map<string, { signal: Signal; send: () => unknown }>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly doors: TrackerDoors) {
    this.#page = doors.page ?? (window as unknown as EventTarget & Record<string, unknown>);
    this.#consent = new Consent(doors.options.consent ?? "none", doors.consent, this.#page as GooglePage);
  }

  /** Tell the page, unless this browser has done so. What isn't an outcome is left alone. */
  tell(outcome: unknown): void {
    if (!isOutcome(outcome)) return;
    const { bridges = [], holdEvents } = this.doors.options;
    const dispatch = (): unknown => this.#dispatch(outcome);
    if (holdEvents) this.#hold(outcome.event_id, "analytics_storage", dispatch);
    else dispatch();
    for (const name of bridges) this.#hold(`${name}:${outcome.event_id}`, BRIDGES[name].signal, () => this.#pass(name, outcome));
  }

  /** The same way with an outcome that never was, marked as a test. */
  test(type = TEST_TYPE): void {
    this.tell({
      scope: "chat_widget_tracking",
      event_id: `test_${randomHex()}`,
      event_type: type,
      occurred_at: new Date().toISOString(),
      conversation_id: "test",
      session_id: "test",
      trigger_source: "system",
      data: { test: true },
      dispatch_version: 1,
    });
  }

  /** Consent may have changed: send what may go now. */
  look(): void {
    for (const [key, { signal, send }] of this.#held) {
      if (!this.#consent.allows(signal)) continue;
      this.#held.delete(key);
      send();
    }
    if (this.#held.size && this.#consent.kind === "google") this.#timer ??= setInterval(() => this.look(), LOOK_MS);
    else this.stop();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #hold(key: string, signal: Signal, send: () => unknown): void {
    if (!this.#held.has(key)) this.#held.set(key, { signal, send });
    this.look();
  }

  async #dispatch(outcome: Outcome): Promise<void> {
    if (!(await this.doors.claims.claim(outcome.event_id))) return;
    this.#emit(STABLE_EVENT, outcome);
    if (ALIAS.test(outcome.event_type) && outcome.event_type !== STABLE_EVENT) this.#emit(outcome.event_type, outcome);
    this.doors.told(outcome);
  }

  async #pass(name: keyof typeof BRIDGES, outcome: Outcome): Promise<void> {
    const speak = BRIDGES[name].find(this.#page);
    if (!speak || !(await this.doors.claims.claim(`${name}:${outcome.event_id}`))) return;
    try {
      speak(outcome);
    } catch (error) {
      console.error(`[autochat] ${name} refused an outcome:`, error);
    }
  }

  #emit(name: string, outcome: Outcome): void {
    // A copy for each event, so that one listener's changes never reach the next.
    this.#page.dispatchEvent(new CustomEvent(name, { detail: structuredClone(outcome) }));
  }
}

/** Was this made by `test`? */
export function isTest(outcome: Outcome): boolean {
  return outcome.event_id.startsWith("test_");
}

function isOutcome(value: unknown): value is Outcome {
  const outcome = value as Outcome | null;
  return typeof outcome?.event_id === "string" && outcome.event_id !== "" && typeof outcome.event_type === "string";
}
