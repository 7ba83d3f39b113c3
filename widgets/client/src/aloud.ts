/** An answer that is heard while it is being made: the chat call as a stream of events, or as JSON where it doesn't come so. */

import { isApiError, type Api, type ApiError, type Call } from "./api";
import { SseParser, readFrames } from "./sse";
import type { ChatReply } from "./types";

type Told = Partial<ChatReply> & { text?: string; error?: Record<string, string> };

/** Ask, and tell `hear` each piece of the answer; a line that breaks in the middle is an `interrupted` failure. */
export async function askAloud(api: Api, body: object, timeout: number, hear: (text: string) => void): Promise<ChatReply> {
  const signal = AbortSignal.timeout(timeout);
  const response = await api.open("POST", "/chat", { body, headers: { Accept: "text/event-stream" }, signal } as Call);
  if (!response.headers.get("Content-Type")?.includes("event-stream")) return api.read(response, "POST", signal);
  let reply: Told | undefined;
  try {
    await readFrames(response, new SseParser(), ({ event, data }) => {
      const told = JSON.parse(data) as Told;
      if (event === "delta") hear(told.text ?? "");
      else if (event === "message") reply = told;
      else if (event === "error") throw failed(response, told.error ?? {});
    });
  } catch (error) {
    if (isApiError(error)) throw error;
  }
  if (reply?.conversationId) return reply as ChatReply;
  throw failed(response, { code: signal.aborted ? "timeout" : "interrupted" }, 0);
}

/** A failure after the answer has begun: its status says nothing any more. */
function failed({ url }: Response, { code = "server_error", message = "", request_id }: Record<string, string>, status = 500): ApiError {
  const describe = (): string => `[autochat] POST ${url} failed: ${code}, request ${request_id}. ${message}`;
  return Object.assign(new Error(message), { method: "POST", url, status, code, describe });
}
