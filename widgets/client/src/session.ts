/** Who this browser is to one tenant, over page loads and tabs. */

import { Store } from "./storage";
import type { Contact } from "./types";

/** A message on its way: it is sent again with the same id until the server has answered it. */
export interface Outgoing {
  messageId: string;
  text: string;
  at: number;
}

/** What is kept in the browser; every part may be missing, or not what we wrote. */
export interface Saved {
  sessionId: string;
  conversationId: string;
  contact: Contact;
  outbox: Outgoing[];
  readId: string;
  turns: number;
  lastId: string;
  ratedId: string;
}

/** The visitor's session; every read looks at storage again, because tabs share it. */
export class Session {
  readonly store: Store<Saved>;

  constructor(readonly tenantId: string) {
    this.store = new Store(`autochat:${tenantId}`);
  }

  /** The session's secret: 128 random bits, made on first need. */
  get id(): string {
    const known = this.store.read().sessionId;
    if (/^[\w.-]{16,128}$/.test(known ?? "")) return known as string;
    const sessionId = randomHex();
    this.store.patch({ sessionId });
    return sessionId;
  }

  /** Has an earlier page, or another tab, begun a conversation that may go on? */
  get isUnderWay(): boolean {
    const { conversationId, outbox } = this.store.read();
    return !!(conversationId || outbox?.length);
  }
}

/** 128 random bits. */
export function randomHex(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
