/** What this browser has told already: each key once, over tabs, reloads and the back/forward cache. */

import { randomHex } from "./session";
import { Store, race } from "./storage";

const KEPT = 300;
const HELD_MS = 10_000; // long enough for the other tabs to see what was written
const RACE_MS = 150; // the same where tabs have no locks, and have to find out who wrote last

interface Told {
  told: string[];
}

export class Claims {
  readonly #store: Store<Told>;
  readonly #mine = new Set<string>();

  constructor(
    private readonly name: string,
    gone: AbortSignal,
  ) {
    this.#store = new Store(`${name}:told`);
    // Two tabs that write at once lose one another's lines: whoever wrote one puts it back.
    this.#store.watch(() => this.#write([]), gone);
  }

  /** True for the one who may tell it. */
  claim(key: string): Promise<boolean> {
    if (this.#has(key)) return Promise.resolve(false);
    // Storage reaches other tabs with a delay; a lock doesn't, so it decides when two tabs ask at once.
    const locks = globalThis.navigator?.locks;
    if (!locks) return this.#claimByRace(key);
    return new Promise((resolve) => {
      locks
        .request(`${this.name}:${key}`, { ifAvailable: true }, (lock) => {
          const mine = lock !== null && this.#remember(key);
          resolve(mine);
          return mine ? new Promise((release) => setTimeout(release, HELD_MS)) : undefined;
        })
        .catch(() => void this.#claimByRace(key).then(resolve));
    });
  }

  async #claimByRace(key: string): Promise<boolean> {
    return (await race(`${this.name}:race:${key}`, randomHex(), RACE_MS)) && this.#remember(key);
  }

  #has(key: string): boolean {
    return this.#mine.has(key) || this.#told.includes(key);
  }

  #remember(key: string): boolean {
    if (this.#has(key)) return false;
    this.#mine.add(key);
    this.#write([key]);
    return true;
  }

  #write(added: string[]): void {
    const told = this.#told;
    const missing = [...this.#mine].slice(-KEPT).filter((key) => !told.includes(key) && !added.includes(key));
    const lost = missing.length > 0 && told.length < KEPT; // a full list has let go of the oldest on purpose
    if (added.length || lost) this.#store.patch({ told: [...told, ...(lost ? missing : []), ...added].slice(-KEPT) });
  }

  get #told(): string[] {
    const { told } = this.#store.read();
    return Array.isArray(told) ? told : [];
  }
}
