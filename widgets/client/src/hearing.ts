/** An answer while it is being heard: its pieces are gathered, so that the page changes some times a second, not at every word. */

const PACE_MS = 40;

export class Hearing {
  #text = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `show` is given all that was heard so far. */
  constructor(private readonly show: (text: string) => void) {}

  readonly hear = (piece: string): void => {
    this.#text += piece;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.show(this.#text);
    }, PACE_MS);
  };

  /** The answer is here, or won't come. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
