/** The browser's storage: one record for each tenant, never an exception. */

/** A record that outlives the page where storage is allowed, and the page's memory where it isn't. */
export class Store<Shape extends object> {
  #memory: Partial<Shape> = {};

  constructor(readonly key: string) {}

  read(): Partial<Shape> {
    try {
      return { ...(JSON.parse(localStorage.getItem(this.key) as string) as Partial<Shape>) };
    } catch {
      return this.#memory; // storage is blocked, or holds something that isn't ours
    }
  }

  /** Change some fields and keep the rest as it is now, since another tab may have written it. */
  patch(change: Partial<Shape>): void {
    this.#memory = { ...this.read(), ...change };
    try {
      localStorage.setItem(this.key, JSON.stringify(this.#memory));
    } catch {
      // full or blocked: the memory copy serves this page
    }
  }

  /** Call back when another tab changes the record, until the signal ends it. */
  watch(changed: () => void, signal: AbortSignal): void {
    addEventListener("storage", (event) => (event.key ?? this.key) === this.key && changed(), { signal });
  }
}

/** Which of several tabs may go on: the one that wrote last, once all have written. True where storage is blocked. */
export async function race(key: string, mine: string, ms: number): Promise<boolean> {
  try {
    localStorage.setItem(key, mine);
    await new Promise((resolve) => setTimeout(resolve, ms));
    const won = localStorage.getItem(key) === mine;
    if (won) setTimeout(() => localStorage.removeItem(key), ms);
    return won;
  } catch {
    return true;
  }
}
