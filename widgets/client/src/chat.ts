/** The conversation's state and its moves; it knows neither the page nor fetch. */

import { isApiError } from "./api";
import { gather } from "./hearing";
import {
  addLine,
  findTwin,
  isReply,
  isWireMessage,
  mergeHistory,
  noticeLine,
  ownLine,
  partLine,
  unanswered,
  wireLine,
  withoutPart,
  type Line,
  type Notice,
} from "./lines";
import { MESSAGE_LIMIT, cleanText, countCharacters } from "./limits";
import type { SseFrame } from "./sse";
import type { Failed } from "./strings";
import type { ChatReply, ChatRequest, History } from "./types";
import { makeMessageId, type Visit } from "./visit";

const RESEND_BY_ITSELF_MS = 10 * 60_000; // an older message is only sent again when the visitor says so
const BUSY_WAIT_S = 1;
const BUSY_WAIT_CAP_S = 10;
const BUSY_LIMIT = 60; // polls of a message that another tab or try is being answered for
const TYPING_MS = 6_000;

export interface ChatState {
  readonly lines: readonly Line[];
  /** An answer is being made. */
  readonly waiting: boolean;
  /** The visitor may stop it, or has done so. */
  readonly stop: "offered" | "asked" | undefined;
  /** The name of a person who is writing, "" for one without a name. */
  readonly typing: string | undefined;
  readonly failure: Failed | undefined;
  readonly unread: number;
  /** The conversation has ended; another message begins a new one. */
  readonly closed: boolean;
}

export interface ChatDoors {
  api: {
    chat(request: ChatRequest, hear?: (text: string) => void): Promise<ChatReply>;
    stop(sessionId: string, messageId: string): Promise<unknown>;
    messages(sessionId: string, after?: string): Promise<History>;
  };
  visit: Visit;
  page(): { url: string; title: string; referrer: string };
  /** Something for the host page's own ears. */
  tell: {
    message(line: Line): void;
    failure(error: unknown): void;
    outcome(outcome: unknown): void;
    started(): void;
  };
  sleep?(ms: number): Promise<void>;
}

/** Sends what the visitor writes, one at a time, and gathers what comes back. */
export class Chat {
  #state: ChatState = { lines: [], waiting: false, stop: undefined, typing: undefined, failure: undefined, unread: 0, closed: false };
  readonly #watchers = new Set<(state: ChatState) => void>();
  #reading = false;
  #pumping = false;
  /** The server may know more than is shown. */
  #stale = false;
  #looking: Promise<void> | undefined;
  /** An earlier page's messages may still be on their way. */
  #resuming = true;
  /** The message that is being answered. */
  #asked: Line | undefined;
  #arrivals = 0;
  /** A person of the team has written since the assistant last did. */
  #withPerson = false;
  #turns: number;
  #typingTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly doors: ChatDoors) {
    this.#turns = doors.visit.turns;
  }

  get state(): ChatState {
    return this.#state;
  }

  subscribe(watcher: (state: ChatState) => void): void {
    this.#watchers.add(watcher);
    watcher(this.#state);
  }

  /** Bring back what an earlier page left: the transcript, then messages that were on their way. */
  async resume(): Promise<void> {
    for (const { messageId, text, at } of this.doors.visit.outbox) {
      const fresh = Date.now() - at < RESEND_BY_ITSELF_MS;
      this.#set({ lines: addLine(this.#state.lines, ownLine(messageId, text, at, fresh ? "queued" : "failed")) });
    }
    if (this.doors.visit.conversationId) await this.refresh();
    this.#resuming = false;
    await this.#pump();
  }

  /** Send a message; false when it is blank or too long. */
  send(text: string): boolean {
    const trimmed = cleanText(text).trim();
    if (!trimmed || countCharacters(trimmed) > MESSAGE_LIMIT) return false;
    const outgoing = { messageId: makeMessageId(), text: trimmed, at: Date.now() };
    this.doors.visit.queue(outgoing);
    this.#set({ lines: [...this.#state.lines, ownLine(outgoing.messageId, trimmed, outgoing.at, "queued")], failure: undefined, closed: false });
    void this.#pump();
    return true;
  }

  /** Send again what failed, each message with the id it had. */
  retry(): void {
    const failed = this.#state.lines.filter((line) => line.state === "failed");
    const rest = this.#state.lines.filter((line) => line.state !== "failed");
    this.#set({ lines: [...rest, ...failed.map((line) => ({ ...line, state: "queued" as const }))], failure: undefined });
    void this.#pump();
  }

  /** Have enough of the answer that is being made: what was heard of it stays. */
  async stop(): Promise<void> {
    if (!this.#asked || this.#state.stop !== "offered") return;
    this.#set({ stop: "asked" });
    try {
      await this.doors.api.stop(this.doors.visit.sessionId, this.#asked.id);
    } catch (error) {
      this.doors.tell.failure(error);
      if (this.#state.stop) this.#set({ stop: "offered" });
    }
  }

  /** Ask the server for the transcript as it is now. */
  refresh(): Promise<void> {
    this.#stale = true;
    // During a turn it has to wait: the turn's own end will tell more than half of it.
    if (this.#pumping) return Promise.resolve();
    return (this.#looking ??= this.#lookAgain().finally(() => (this.#looking = undefined)));
  }

  async #lookAgain(): Promise<void> {
    try {
      while (this.#stale && !this.#pumping) {
        this.#stale = false;
        const before = this.#arrivals;
        const history = await this.doors.api.messages(this.doors.visit.sessionId);
        // What arrived while the server was writing its answer isn't in it, and must not get lost by it.
        if (this.#pumping || this.#arrivals !== before) this.#stale = true;
        else this.#takeHistory(history);
      }
    } catch (error) {
      this.doors.tell.failure(error); // the transcript stays as it is; sending has its own words
    }
  }

  /** Learn what the answer itself didn't say: its id, who gave it and from which sources. */
  async #catchUp(after: string): Promise<void> {
    try {
      const { messages } = await this.doors.api.messages(this.doors.visit.sessionId, after);
      for (const wire of messages) if (isWireMessage(wire) && wire.author !== "visitor") this.#takeReply(wireLine(wire));
    } catch {
      // the answer is there; the rest comes with the next look at the transcript
    }
  }

  /** Another tab wrote to storage: look again if it finished a turn, and share what it has read. */
  syncTabs(): void {
    const { turns, readId } = this.doors.visit;
    if (this.#state.unread && readId === this.#lastReply()?.id) this.#set({ unread: 0 });
    if (turns === this.#turns) return;
    this.#turns = turns;
    void this.refresh();
  }

  /** Is the visitor looking at the transcript? */
  setReading(reading: boolean): void {
    this.#reading = reading;
    if (reading) this.#markRead();
  }

  takeEvent(frame: SseFrame): void {
    const data = parse(frame.data);
    if (frame.event === "message" && isWireMessage(data)) this.#takeReply(wireLine(data));
    else if (frame.event === "typing") this.#takeTyping(data);
    else if (frame.event === "tracking") this.doors.tell.outcome(data);
    else if (frame.event === "closed") this.#takeClosing(data);
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) if (!(await this.#deliver(next))) break;
    } finally {
      this.#pumping = false;
    }
    if (this.#stale) await this.refresh();
  }

  #next(): Line | undefined {
    return this.#state.lines.find((line) => line.state === "queued");
  }

  async #deliver(line: Line): Promise<boolean> {
    this.#mark(line.id, "sending");
    const over = new AbortController();
    const hear = gather((text) => this.#showPart(line, text), over.signal);
    this.#asked = line;
    this.#set({ waiting: !this.#withPerson, stop: this.#withPerson ? undefined : "offered" });
    try {
      const reply = await this.#post(line, hear);
      over.abort();
      this.#settle(line, reply);
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    } finally {
      over.abort();
      this.#asked = undefined;
      this.#set({ waiting: false, stop: undefined, lines: withoutPart(this.#state.lines) });
    }
  }

  /** What is heard of an answer, unless a person has spoken meanwhile. */
  #showPart(asked: Line, text: string): void {
    if (this.#withPerson) return;
    const part = partLine(`reply:${asked.id}`, text);
    const { lines } = this.#state;
    this.#set({ lines: lines.some((line) => line.partial) ? lines.map((line) => (line.partial ? part : line)) : addLine(lines, part) });
  }

  async #post(line: Line, hear: ((text: string) => void) | undefined): Promise<ChatReply> {
    const { visit, api, page } = this.doors;
    const request: ChatRequest = { sessionId: visit.sessionId, message: line.text, messageId: line.id, page: page() };
    if (Object.keys(visit.contact).length) request.contact = visit.contact;
    if (visit.conversationId) request.conversationId = visit.conversationId;
    for (let polls = 0; ; polls++) {
      try {
        return await api.chat(request, hear);
      } catch (error) {
        if (!isApiError(error)) throw error;
        if (error.status === 404 && error.code === "not_found" && request.conversationId) {
          delete request.conversationId; // it is gone: let the server find or make one
          visit.conversationId = undefined;
        } else if (error.code === "invalid_request" && request.contact) {
          this.doors.tell.failure(error); // a contact that the server doesn't take must not cost the message
          delete request.contact;
        } else if ((error.code === "message_in_progress" || error.code === "interrupted") && polls < BUSY_LIMIT) {
          if (error.code === "interrupted") hear = undefined; // something on the way can't bear a stream
          await this.#sleep(Math.min(error.retryAfter || BUSY_WAIT_S, BUSY_WAIT_CAP_S) * 1000);
        } else throw error;
      }
    }
  }

  #settle(line: Line, reply: ChatReply): void {
    const { visit, tell } = this.doors;
    visit.unqueue(line.id);
    visit.conversationId = reply.conversationId;
    this.#mark(line.id, "sent");
    tell.message({ ...line, state: "sent" });
    if (typeof reply.message === "string" && reply.message) {
      const answer = replyLine(line.id, reply);
      this.#takeReply(answer);
      if (answer.provisional) void this.#catchUp(line.id);
    } else this.#explainSilence(reply);
    for (const outcome of reply.tracking ?? []) tell.outcome(outcome);
    tell.started();
    visit.finishTurn();
    this.#turns = visit.turns;
  }

  #explainSilence({ metadata }: ChatReply): void {
    const status = metadata?.status ?? "no_reply";
    const human = status === "human" || metadata?.reason === "escalated" || metadata?.reason === "serious_mode";
    const notice: Notice = metadata?.stopped ? "stopped" : status === "held" ? "held" : human ? "human" : "unanswered";
    const lines = withoutPart(this.#state.lines);
    if (notice === "human" && (this.#withPerson || lines.some((line) => line.text === "human" && line.author === "notice"))) return;
    this.#set({ lines: addLine(lines, noticeLine(notice)) });
  }

  #fail(error: unknown): void {
    const lines = this.#state.lines.map((line) =>
      line.state === "sending" || line.state === "queued" ? { ...line, state: "failed" as const } : line,
    );
    this.#set({ lines, failure: isApiError(error) ? error : { status: 0, code: "unexpected" } });
    this.doors.tell.failure(error);
  }

  #takeHistory({ conversationId, messages }: History): void {
    const { visit } = this.doors;
    const before = new Set(this.#state.lines.map((line) => line.id));
    const first = !this.#state.lines.some((line) => line.state === "sent" && line.author !== "notice");
    const stored = messages.filter(isWireMessage).map(wireLine);
    // Closed meanwhile: leave what the visitor is reading. Its end is the stream's to tell, with what the page has missed.
    if (!conversationId) return;
    visit.conversationId = conversationId;
    const pending = this.#resuming ? unanswered(stored, this.#outgoing()) : new Set<string>();
    for (const line of stored) if (line.author === "visitor" && !pending.has(line.id)) visit.unqueue(line.id);
    this.#withPerson = stored.findLast(isReply)?.author === "agent";
    const read = first ? stored.findIndex((line) => line.id === visit.readId) : -1;
    const news = stored.filter((line) => isReply(line) && !before.has(line.id) && findTwin(this.#state.lines, line) < 0);
    const fresh = first ? news.filter((line) => read >= 0 && stored.indexOf(line) > read) : news;
    const lines = mergeHistory(this.#state.lines, stored);
    const open = lines.map((line) => (pending.has(line.id) ? { ...line, state: "queued" as const } : line));
    this.#set({ lines: open, unread: this.#state.unread + fresh.length });
    if (!first) for (const line of fresh) this.doors.tell.message(line);
    if (this.#reading) this.#markRead();
  }

  #takeReply(line: Line): void {
    this.#arrivals++;
    // The answer takes the place of what was heard of it, and so does a person who speaks instead.
    const known = line.provisional || line.author === "agent" ? withoutPart(this.#state.lines) : this.#state.lines;
    if (known.some((one) => one.id === line.id)) return;
    const news = isReply(line) && findTwin(known, line) < 0;
    const lines = addLine(known, line);
    if (isReply(line)) this.#withPerson = line.author === "agent";
    this.#set({ lines, typing: undefined, unread: this.#state.unread + (news ? 1 : 0) });
    if (news) this.doors.tell.message(line);
    if (this.#reading) this.#markRead();
  }

  /** What an earlier page sent not long ago and has no answer to. */
  #outgoing(): string[] {
    return this.doors.visit.outbox.filter(({ at }) => Date.now() - at < RESEND_BY_ITSELF_MS).map((one) => one.messageId);
  }

  #takeTyping(data: unknown): void {
    const who = data as { author?: string; authorName?: string } | undefined;
    if (who?.author === "visitor") return;
    clearTimeout(this.#typingTimer);
    this.#set({ typing: who?.authorName ?? "" });
    this.#typingTimer = setTimeout(() => this.#set({ typing: undefined }), TYPING_MS);
  }

  #takeClosing(data: unknown): void {
    const { visit } = this.doors;
    visit.forget((data as { conversationId: string } | undefined)?.conversationId);
    if (visit.conversationId) return; // the next one was begun before the last one's end was heard
    const name = this.#state.lines.findLast((line) => line.author === "agent")?.name;
    this.#withPerson = false;
    const { lines } = this.#state;
    const told = lines.at(-1)?.author === "system"; // the server has said so in its own words
    this.#set({ lines: told ? [...lines] : addLine(lines, noticeLine("closed", name)), typing: undefined, closed: true });
  }

  #markRead(): void {
    this.doors.visit.readId = this.#lastReply()?.id;
    if (this.#state.unread) this.#set({ unread: 0 });
  }

  #lastReply(): Line | undefined {
    return this.#state.lines.findLast((line) => isReply(line) && !line.provisional);
  }

  #mark(id: string, state: Line["state"]): void {
    this.#set({ lines: this.#state.lines.map((line) => (line.id === id ? { ...line, state } : line)) });
  }

  #set(change: Partial<ChatState>): void {
    this.#state = { ...this.#state, ...change };
    for (const watcher of this.#watchers) watcher(this.#state);
  }

  #sleep(ms: number): Promise<void> {
    return this.doors.sleep?.(ms) ?? new Promise((resolve) => setTimeout(resolve, ms));
  }
}

function replyLine(sentId: string, reply: ChatReply): Line {
  const echoed = !reply.messageId || reply.messageId === sentId;
  const id = echoed ? `reply:${sentId}` : reply.messageId;
  const wire = { messageId: id, author: "assistant" as const, message: reply.message ?? "", createdAt: new Date().toISOString() };
  const line = { ...wireLine(reply.sources ? { ...wire, sources: reply.sources } : wire), stopped: !!reply.metadata?.stopped };
  return echoed ? { ...line, provisional: true } : line;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
