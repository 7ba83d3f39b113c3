/** What the tests share: a browser's storage, a server on the wire, and a way to wait for something. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A localStorage that can be told to refuse, as a browser's may. */
export class FakeStorage {
  readonly items = new Map<string, string>();
  blocked = false;

  getItem(key: string): string | null {
    this.#refuse();
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#refuse();
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.#refuse();
    this.items.delete(key);
  }

  #refuse(): void {
    if (this.blocked) throw new DOMException("blocked", "SecurityError");
  }
}

/** Give the code under test a fresh storage. */
export function useStorage(): FakeStorage {
  const storage = new FakeStorage();
  Object.defineProperty(globalThis, "localStorage", { value: storage, configurable: true });
  return storage;
}

/** Locks as all tabs of a browser share them; only the form that asks and never waits. */
export class FakeLocks {
  readonly #held = new Set<string>();

  async request(name: string, _options: { ifAvailable: true }, use: (lock: object | null) => unknown): Promise<unknown> {
    if (this.#held.has(name)) return use(null);
    this.#held.add(name);
    try {
      return await use({ name });
    } finally {
      this.#held.delete(name);
    }
  }
}

/** Give the code under test a browser with locks, or one without, as on http pages. */
export function useLocks(locks?: FakeLocks): void {
  Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });
}

/** Poll until something holds; the deadline is what fails a test. */
export async function until(holds: () => boolean, what = "the condition", deadline = 3_000): Promise<void> {
  const ends = Date.now() + deadline;
  while (!holds()) {
    if (Date.now() > ends) throw new Error(`${what} did not come true within ${deadline} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export interface Wire {
  url: string;
  calls: { method: string; path: string; headers: IncomingMessage["headers"]; body: string }[];
  close(): Promise<void>;
}

/** A real HTTP server that answers as the test says and remembers what it was asked. */
export async function serve(answer: (response: ServerResponse, path: string) => void): Promise<Wire> {
  const calls: Wire["calls"] = [];
  const server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const path = request.url ?? "";
      calls.push({ method: request.method ?? "", path, headers: request.headers, body });
      answer(response, path);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
