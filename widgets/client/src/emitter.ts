/** The events a host page can listen to; a listener's mistake stays its own. */

import type { Listener, WidgetEvent } from "./types";

export class Emitter {
  readonly #listeners = new Map<string, Set<Listener>>();

  on(event: WidgetEvent, listener: Listener): void {
    if (typeof listener !== "function") return;
    const known = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, known.add(listener));
  }

  off(event: WidgetEvent, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  emit(event: WidgetEvent, detail?: unknown): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        listener(detail);
      } catch (error) {
        console.error(`[autochat] a listener for "${event}" failed:`, error);
      }
    }
  }
}
