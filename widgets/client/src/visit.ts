/** What the panel remembers of a session: the visitor, what is under way, what was read and told. */

import { readContact } from "./options";
import { randomHex, type Outgoing, type Saved, type Session } from "./session";
import type { Contact } from "./types";

const EVENTS_KEPT = 300;
const CLAIM_HELD_MS = 10_000; // long enough for the other tabs to see what was written

export class Visit {
  constructor(
    private readonly session: Session,
    private readonly identified: () => Contact = () => ({}),
  ) {}

  get sessionId(): string {
    return this.session.id;
  }

  get conversationId(): string | undefined {
    const { conversationId } = this.#saved;
    return typeof conversationId === "string" && conversationId ? conversationId : undefined;
  }

  set conversationId(id: string | undefined) {
    if (id !== this.conversationId) this.session.store.patch({ conversationId: id ?? "" });
  }

  /** What is known of the visitor: what the host page said beats what they typed. */
  get contact(): Contact {
    return { ...readContact(this.#saved.contact), ...this.identified() };
  }

  /** The visitor filled in the form: remember it for the next page. */
  saveContact(contact: Contact): void {
    this.session.store.patch({ contact });
  }

  get outbox(): Outgoing[] {
    const { outbox } = this.#saved;
    return Array.isArray(outbox) ? outbox.filter((one) => typeof one?.messageId === "string" && typeof one.text === "string") : [];
  }

  queue(outgoing: Outgoing): void {
    this.session.store.patch({ outbox: [...this.outbox, outgoing] });
  }

  unqueue(messageId: string): void {
    const { outbox } = this;
    const left = outbox.filter((one) => one.messageId !== messageId);
    if (left.length < outbox.length) this.session.store.patch({ outbox: left });
  }

  /** The last reply that the visitor has had in front of them. */
  get readId(): string | undefined {
    return this.#saved.readId;
  }

  set readId(id: string | undefined) {
    if (id && id !== this.readId) this.session.store.patch({ readId: id });
  }

  /** How many turns all tabs have finished: a change tells the others to look again. */
  get turns(): number {
    return this.#saved.turns ?? 0;
  }

  finishTurn(): void {
    this.session.store.patch({ turns: this.turns + 1 });
  }

  /** True once for each event id, also over tabs and reloads. */
  claim(eventId: string): Promise<boolean> {
    // Storage reaches other tabs with a delay; a lock doesn't, so it decides when two tabs ask at once.
    const locks = globalThis.navigator?.locks;
    if (!locks) return Promise.resolve(this.#remember(eventId));
    return new Promise((resolve) => {
      locks
        .request(`autochat:${this.session.tenantId}:${eventId}`, { ifAvailable: true }, (lock) => {
          const mine = lock !== null && this.#remember(eventId);
          resolve(mine);
          return mine ? new Promise((release) => setTimeout(release, CLAIM_HELD_MS)) : undefined;
        })
        .catch(() => resolve(this.#remember(eventId)));
    });
  }

  get #saved(): Partial<Saved> {
    return this.session.store.read();
  }

  #remember(eventId: string): boolean {
    const saved = this.#saved.events;
    const events = Array.isArray(saved) ? saved : [];
    if (events.includes(eventId)) return false;
    this.session.store.patch({ events: [...events, eventId].slice(-EVENTS_KEPT) });
    return true;
  }
}

/** An id for a message, unlikely to be anybody else's. */
export function makeMessageId(): string {
  // randomUUID exists on https pages only; the other has as many random bits.
  return globalThis.crypto.randomUUID?.() ?? randomHex();
}
