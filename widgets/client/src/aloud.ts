/** An answer that is heard while it is being made: the chat call as a stream of events, or as JSON where it doesn't come so. */

import { ApiError, unreached, type Api, type Call } from "./api";
import { SseParser, type SseFrame } from "./sse";
import type { ChatReply } from "./types";

/** Ask, and tell `hear` each piece of the answer; a line that breaks in the middle is an `interrupted` failure. */
export async function askAloud(api: Api, { body, timeout }: Call, hear: (text: string) => void): Promise<ChatReply> {
  const signal = AbortSignal.timeout(timeout as number);
  const call: Call = { headers: { Accept: "text/event-stream" }, signal };
  const response = await api.open("POST", "/chat", body ? { ...call, body } : call);
  if (!response.headers.get("Content-Type")?.includes("event-stream")) return api.read(response, "POST", signal);
  const { url, status } = response;
  let reply: ChatReply | undefined;
  try {
    await eachFrame(response, ({ event, data }) => {
      const told = JSON.parse(data) as { text?: string; error?: Record<string, string> } & ChatReply;
      if (event === "delta" && typeof told.text === "string") hear(told.text);
      else if (event === "message") reply = told;
      else if (event === "error") throw failed(url, told.error ?? {});
    });
  } catch (error) {
    if (error instanceof ApiError) throw error;
  }
  if (reply?.conversationId) return reply;
  throw signal.aborted ? unreached("POST", url, signal) : new ApiError({ method: "POST", url, status, code: "interrupted" });
}

async function eachFrame(response: Response, take: (frame: SseFrame) => void): Promise<void> {
  const parser = new SseParser();
  const reader = response.body?.getReader?.();
  if (!reader) return parser.feed(await response.text()).forEach(take); // it came at once
  const text = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(text.decode(value, { stream: true })).forEach(take);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** What the status would have said had the answer not begun already. */
function failed(url: string, { code = "server_error", message, request_id: requestId, help }: Record<string, string>): ApiError {
  return new ApiError({ method: "POST", url, status: 500, code, requestId: requestId ?? null, help }, message);
}
