/** What the tests of a chat share: a tab of a visitor's browser, and the server's answers, which the test gives. */

import { ApiError } from "../src/api";
import { Chat, type ChatDoors } from "../src/chat";
import type { Line } from "../src/lines";
import { Session } from "../src/session";
import type { ChatReply, ChatRequest, History, WireMessage } from "../src/types";
import { Visit } from "../src/visit";
import { until } from "./world";

type Hear = ((text: string) => void) | undefined;
export type Answer = (request: ChatRequest, hear: Hear) => ChatReply | Promise<ChatReply>;

/** A tab of a visitor's browser, with a server that the test plays. */
export class Tab {
  readonly visit = new Visit(new Session("acme"));
  readonly asked: ChatRequest[] = [];
  readonly lookups: (string | undefined)[] = [];
  readonly told: Line[] = [];
  readonly failures: unknown[] = [];
  readonly outcomes: unknown[] = [];
  readonly slept: number[] = [];
  readonly stopped: string[] = [];
  stop: (messageId: string) => void = () => undefined;
  answer: Answer = (request) => answered(request, `You said ${request.message}`);
  history: () => History | Promise<History> = () => ({ conversationId: "c1", messages: [] });
  readonly chat: Chat;

  constructor() {
    const doors: ChatDoors = {
      api: {
        chat: async (request, hear) => {
          this.asked.push(structuredClone(request));
          return this.answer(request, hear);
        },
        stop: async (_session, messageId) => {
          this.stopped.push(messageId);
          this.stop(messageId);
        },
        messages: async (_session, after) => {
          this.lookups.push(after);
          return this.history();
        },
      },
      visit: this.visit,
      page: () => ({ url: "https://www.acme.example/", title: "Boats", referrer: "" }),
      tell: {
        message: (line) => this.told.push(line),
        failure: (error) => this.failures.push(error),
        outcome: (outcome) => this.outcomes.push(outcome),
        started: () => undefined,
      },
      sleep: async (ms) => void this.slept.push(ms),
    };
    this.chat = new Chat(doors);
  }

  get shown(): string[] {
    return this.chat.state.lines.map((line) => `${line.author}: ${line.text}${line.state === "sent" ? "" : ` (${line.state})`}`);
  }

  hear(event: string, data: unknown): void {
    this.chat.takeEvent({ event, data: JSON.stringify(data) });
  }

  async quiet(): Promise<void> {
    await until(() => !this.chat.state.waiting && !this.chat.state.lines.some((line) => line.state === "queued" || line.state === "sending"), "quiet");
  }
}

/** The server's answer to a message. */
export function answered(request: ChatRequest, message: string | null, metadata: ChatReply["metadata"] = { status: "answered" }): ChatReply {
  return { conversationId: "c1", messageId: request.messageId, message, metadata };
}

/** A message as the server keeps it. */
export function wire(messageId: string, author: WireMessage["author"], message: string, more: Partial<WireMessage> = {}): WireMessage {
  return { messageId, author, message, createdAt: "2026-03-31T14:05:00Z", ...more };
}

/** The server refuses. */
export function refuse(status: number, code: string, retryAfter?: number): never {
  throw new ApiError({ method: "POST", url: "https://api.example/chat", status, code, retryAfter });
}

/** An answer that the test lets grow and end. */
export class Telling {
  hear: Hear;
  #end: (reply: ChatReply) => void = () => undefined;
  #request: ChatRequest | undefined;

  readonly answer: Answer = (request, hear) => {
    this.hear = hear;
    this.#request = request;
    return new Promise((resolve) => (this.#end = resolve));
  };

  end(message: string | null, metadata?: ChatReply["metadata"]): void {
    this.#end(answered(this.#request as ChatRequest, message, metadata));
  }
}

/** What is heard so far of an answer in the making. */
export function parts(tab: Tab): string[] {
  return tab.chat.state.lines.filter((line) => line.partial).map((line) => line.text);
}
