/** The visitor's live stream: server-sent events over fetch, because EventSource can't carry a token. */

import { isApiError, type ApiError } from "./api";
import { SseParser, readFrames, type SseFrame } from "./sse";

const BACKOFF_BASE_MS = 1_000;
const BACKOFF_CAP_MS = 30_000;
const SILENCE_MS = 60_000; // the server speaks more often than this, so the line is dead
const HIDDEN_MS = 60_000; // a page nobody looks at gives its connection back after this
const HEALTHY_MS = 10_000; // a stream that held this long starts counting its failures anew

/** How long to wait before try number `attempt` (from 0): anything up to a doubling limit. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** attempt);
}

export interface StreamSource {
  open(lastEventId: string, signal: AbortSignal): Promise<Response>;
  onEvent(frame: SseFrame): void;
  /** The line is up: what came before it, or while it was down, has to be looked for. */
  onOpen(): void;
  /** It will not come back by trying again. */
  onRefused(error: ApiError): void;
}

/** Keeps one stream open while the page is in use, and resumes it where it stopped. */
export class Stream {
  readonly #parser = new SseParser();
  #abort: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #attempt = 0;

  constructor(
    private readonly source: StreamSource,
    private readonly page: Document | undefined = globalThis.document,
    private readonly delay: (attempt: number) => number = backoff,
  ) {}

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.page?.addEventListener("visibilitychange", this.#onVisibility);
    if (!this.page?.hidden) void this.#connect();
  }

  stop(): void {
    this.#running = false;
    this.page?.removeEventListener("visibilitychange", this.#onVisibility);
    this.#hangUp();
  }

  readonly #onVisibility = (): void => {
    clearTimeout(this.#timer);
    if (this.page?.hidden) {
      if (this.#abort) this.#timer = setTimeout(() => this.#hangUp(), HIDDEN_MS);
    } else if (!this.#abort) {
      this.#attempt = 0;
      void this.#connect();
    }
  };

  #hangUp(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#abort = undefined;
  }

  async #connect(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    const began = Date.now();
    let wait: number | undefined;
    try {
      const response = await this.source.open(this.#parser.lastEventId, abort.signal);
      if (response.status === 204) return this.stop(); // no conversation is open; the next message opens one
      this.source.onOpen();
      await this.#read(response, abort);
    } catch (error) {
      if (isApiError(error) && isFinal(error.status)) {
        this.stop();
        this.source.onRefused(error);
        return;
      }
      if (isApiError(error) && error.retryAfter !== undefined) wait = error.retryAfter * 1000;
    }
    if (this.#abort === abort) this.#reconnect(began, wait);
  }

  async #read(response: Response, abort: AbortController): Promise<void> {
    this.#parser.reset();
    let silence: ReturnType<typeof setTimeout> | undefined;
    const beat = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => abort.abort(), SILENCE_MS);
    };
    try {
      await readFrames(response, this.#parser, (frame) => !abort.signal.aborted && this.source.onEvent(frame), beat);
    } finally {
      clearTimeout(silence);
    }
  }

  #reconnect(began: number, wait: number | undefined): void {
    this.#abort = undefined;
    if (!this.#running || this.page?.hidden) return; // looked at again, it connects at once
    if (Date.now() - began > HEALTHY_MS) this.#attempt = 0;
    this.#timer = setTimeout(() => void this.#connect(), wait ?? this.delay(this.#attempt++));
  }
}

function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
