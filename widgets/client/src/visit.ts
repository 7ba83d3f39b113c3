/** What the panel remembers of a session: the visitor, what is under way, what was read and told. */

import { readContact } from "./options";
import { randomHex, type Outgoing, type Saved, type Session } from "./session";
import type { Contact } from "./types";

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
    if (id !== this.conversationId) this.session.store.patch({ conversationId: id ?? "", ...(id && { lastId: id }) });
  }

  /** That conversation is over; another may have been begun since. */
  forget(id: string | undefined): void {
    if (id === this.conversationId) this.conversationId = undefined;
  }

  /** The conversation, open or over, that the visitor can still rate. */
  get ratable(): string | undefined {
    const { lastId, ratedId } = this.#saved;
    return typeof lastId === "string" && lastId && lastId !== ratedId ? lastId : undefined;
  }

  finishRating(conversationId: string): void {
    this.session.store.patch({ ratedId: conversationId });
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

  get #saved(): Partial<Saved> {
    return this.session.store.read();
  }
}

/** An id for a message, unlikely to be anybody else's. */
export function makeMessageId(): string {
  // randomUUID exists on https pages only; the other has as many random bits.
  return globalThis.crypto.randomUUID?.() ?? randomHex();
}
