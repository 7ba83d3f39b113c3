/** The transcript as the visitor sees it: what the server has, then what is still on its way. */

import type { Author, Source, WireMessage } from "./types";

/** A quiet word of the widget's own about what happens next. */
export type Notice = "held" | "human" | "unanswered" | "stopped" | "closed";

export interface Line {
  readonly id: string;
  /** The first id it had here: a row on the page keeps its place by it. */
  readonly key: string;
  readonly author: Author | "notice";
  readonly name: string;
  readonly text: string;
  readonly at: string;
  readonly state: "sent" | "sending" | "queued" | "failed";
  readonly sources: readonly Source[];
  /** The server hasn't told this line's real id yet. */
  readonly provisional?: boolean;
  /** The assistant is still saying it. */
  readonly partial?: boolean;
  /** The visitor had enough of it. */
  readonly stopped?: boolean;
}

/** What the visitor wrote, not yet stored by the server. */
export function ownLine(id: string, text: string, at: number, state: Line["state"]): Line {
  return { id, key: id, author: "visitor", name: "", text, at: new Date(at).toISOString(), state, sources: [] };
}

export function noticeLine(notice: Notice, name = ""): Line {
  const at = new Date().toISOString();
  const id = `notice:${notice}:${at}`;
  return { id, key: id, author: "notice", name, text: notice, at, state: "sent", sources: [] };
}

export function wireLine(wire: WireMessage): Line {
  return {
    id: wire.messageId,
    key: wire.messageId,
    author: wire.author,
    name: wire.authorName ?? "",
    text: wire.message,
    at: wire.createdAt,
    state: "sent",
    sources: Array.isArray(wire.sources) ? wire.sources : [],
    stopped: !!wire.stopped,
  };
}

/** As much of an answer as has been heard. */
export function partLine(id: string, text: string): Line {
  const wire = { messageId: id, author: "assistant" as const, message: text, createdAt: "" };
  return { ...wireLine(wire), provisional: true, partial: true };
}

/** The transcript without what is still being said. */
export function withoutPart(lines: readonly Line[]): Line[] {
  return lines.filter((line) => !line.partial);
}

/** Which of these messages nobody has answered yet. */
export function unanswered(stored: readonly Line[], ids: readonly string[]): Set<string> {
  const since = stored.slice(stored.findLastIndex(isReply) + 1);
  return new Set(since.filter((line) => line.author === "visitor" && ids.includes(line.id)).map((line) => line.id));
}

/** Is this a message as the server sends them? Anything else must not reach the page. */
export function isWireMessage(value: unknown): value is WireMessage {
  const wire = value as WireMessage | null;
  return typeof wire?.messageId === "string" && typeof wire.message === "string" && typeof wire.author === "string";
}

/** Is this from the other side of the conversation? */
export function isReply(line: Line): boolean {
  return line.author === "assistant" || line.author === "agent";
}

/** Where the same message stands that came before its real id was known, or -1. */
export function findTwin(lines: readonly Line[], line: Line): number {
  if (line.provisional) return -1;
  return lines.findIndex((one) => one.provisional && one.author === line.author && one.text === line.text);
}

/** Add a line once, before messages that wait for their turn; a reply ends the wait for a held one. */
export function addLine(lines: readonly Line[], line: Line): Line[] {
  if (lines.some((one) => one.id === line.id)) return [...lines];
  const twin = findTwin(lines, line);
  if (twin >= 0) return lines.map((one, index) => (index === twin ? { ...line, key: one.key } : one));
  const kept = isReply(line) ? lines.filter((one) => !(one.author === "notice" && one.text === "held")) : [...lines];
  const place = kept.findIndex((one) => one.state === "queued");
  kept.splice(place < 0 ? kept.length : place, 0, line);
  return kept;
}

/** What was said before the server's transcript begins, the transcript, and what is ours alone: words on it, unsent messages. */
export function mergeHistory(lines: readonly Line[], stored: readonly Line[]): Line[] {
  const known = new Set(stored.map((line) => line.id));
  const twins = new Set(stored.map((line) => lines[findTwin(lines, line)]));
  const first = lines.findIndex((line) => known.has(line.id) || twins.has(line));
  const begins = first < 0 ? lines.length : first;
  const lastSent = lines.findLastIndex((line) => line.author !== "notice" && line.state === "sent");
  const repliedSince = stored.at(-1)?.author !== "visitor" && stored.at(-1)?.id !== lines[lastSent]?.id;
  const past = lines.slice(0, begins).filter((line) => line.state === "sent" && !(line.author === "notice" && line.text === "held"));
  const ours = lines.slice(begins).filter((line, index) => {
    if (known.has(line.id)) return false;
    return line.state !== "sent" || (line.author === "notice" && begins + index > lastSent && !repliedSince);
  });
  const early = lines.slice(0, begins).filter((line) => line.state !== "sent");
  return [...past, ...stored.map((line) => keepKey(line, lines)), ...early, ...ours];
}

/** The line under the key by which the page knows it already. */
function keepKey(line: Line, lines: readonly Line[]): Line {
  const shown = lines[findTwin(lines, line)] ?? lines.find((one) => one.id === line.id);
  return shown ? { ...line, key: shown.key } : line;
}
