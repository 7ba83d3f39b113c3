/** Server-sent events as text. */

export interface SseFrame {
  event: string;
  data: string;
}

/** Cuts a stream of text into events; keeps the last event's id for a resume. */
export class SseParser {
  lastEventId = "";
  #rest = "";
  #event = "";
  #data: string[] = [];

  feed(chunk: string): SseFrame[] {
    const lines = (this.#rest + chunk).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    const frames: SseFrame[] = [];
    for (const line of lines) {
      const frame = this.#take(line);
      if (frame) frames.push(frame);
    }
    return frames;
  }

  /** Forget half an event, as after a cut; the id stays. */
  reset(): void {
    this.#rest = this.#event = "";
    this.#data = [];
  }

  #take(line: string): SseFrame | undefined {
    if (line === "") {
      const frame = this.#data.length ? { event: this.#event || "message", data: this.#data.join("\n") } : undefined;
      this.#event = "";
      this.#data = [];
      return frame;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id" && !value.includes("\0")) this.lastEventId = value;
    return undefined;
  }
}

/** Read a stream to its end, event by event; what can't be read in pieces is taken at once. */
export async function readFrames(response: Response, parser: SseParser, take: (frame: SseFrame) => void, beat?: () => void): Promise<void> {
  beat?.();
  const reader = response.body?.getReader?.();
  if (!reader) return parser.feed(await response.text()).forEach(take);
  const text = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      beat?.();
      parser.feed(text.decode(value, { stream: true })).forEach(take);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
