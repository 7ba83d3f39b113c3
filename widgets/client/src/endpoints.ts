/** The calls that only the panel makes. */

import type { Api } from "./api";
import { askAloud } from "./aloud";
import type { ChatReply, ChatRequest, History, Outcome, RatingRequest } from "./types";

const ANSWER_TIMEOUT_MS = 90_000; // an assistant may think for long, a visitor won't wait longer

/** Send a visitor's message and wait for what becomes of it; `hear` is told the answer while it is being made. */
export function postChat(api: Api, body: ChatRequest, hear?: (text: string) => void): Promise<ChatReply> {
  const timeout = ANSWER_TIMEOUT_MS;
  return hear ? askAloud(api, body, timeout, hear) : api.call("POST", "/chat", { body, timeout });
}

/** Have enough of the answer to a message: what was heard of it becomes the answer. */
export function stopChat(api: Api, sessionId: string, messageId: string): Promise<unknown> {
  return api.call("POST", "/chat/stop", { body: { sessionId, messageId } });
}

/** Say how a conversation was; what comes of it. */
export async function postRating(api: Api, body: RatingRequest): Promise<Outcome[]> {
  const { tracking } = await api.call<{ tracking?: Outcome[] }>("POST", "/rating", { body });
  return Array.isArray(tracking) ? tracking : [];
}

/** The session's open conversation, or what came in it after a message. */
export async function getMessages(api: Api, sessionId: string, after = ""): Promise<History> {
  const { conversationId, messages } = await api.call<Partial<History>>("GET", `/messages?${query(sessionId)}${after && `&after=${encodeURIComponent(after)}`}`);
  return { conversationId: conversationId ?? null, messages: Array.isArray(messages) ? messages : [] };
}

/** The visitor's live stream; the caller reads its body and ends it by the signal. */
export function openStream(api: Api, sessionId: string, lastEventId: string, signal: AbortSignal): Promise<Response> {
  const resume = lastEventId ? { "Last-Event-ID": lastEventId } : undefined;
  return api.open("GET", `/stream?${query(sessionId)}`, { headers: { Accept: "text/event-stream", ...resume }, signal });
}

function query(sessionId: string): string {
  return new URLSearchParams({ sessionId }).toString();
}
