/** Whether the visitor has agreed: what the page says itself, else what Google's Consent Mode v2 says. */

import type { ConsentKind } from "./types";

export type Signal = "analytics_storage" | "ad_storage";

interface GoogleEntry {
  update?: boolean;
  default?: boolean;
}

export interface GooglePage {
  dataLayer?: ArrayLike<ArrayLike<unknown> | undefined>;
  google_tag_data?: { ics?: { entries?: Record<string, GoogleEntry | undefined> } };
}

export class Consent {
  readonly #heard: Record<string, unknown> = {};

  constructor(
    readonly kind: ConsentKind,
    /** The page's own last word, if it has said any. */
    private readonly said: () => boolean | undefined,
    private readonly page: GooglePage = globalThis as GooglePage,
  ) {}

  allows(signal: Signal): boolean {
    return this.said() ?? (this.kind === "google" ? this.#googleAllows(signal) : this.kind === "none");
  }

  #googleAllows(signal: Signal): boolean {
    const entry = this.page.google_tag_data?.ics?.entries?.[signal];
    const known = entry?.update ?? entry?.default;
    if (typeof known === "boolean") return known;
    // Google's tags aren't there (yet): what they will read is in the data layer.
    for (const command of Array.from(this.page.dataLayer ?? [])) this.#hear(command);
    return this.#heard[signal] === "granted";
  }

  /** A denial by default holds until an update says otherwise, whatever region another default is for. */
  #hear(command: ArrayLike<unknown> | undefined): void {
    if (command?.[0] !== "consent") return;
    for (const [signal, state] of Object.entries(command[2] ?? {})) {
      if (command[1] === "update" || this.#heard[signal] !== "denied") this.#heard[signal] = state;
    }
  }
}
