/** Asks the server for a piece of the page, and says it aloud when that fails. */
import { toast } from "./toast.js";

const PATIENCE = 15_000; // ms
const UNREACHABLE = "The server could not be reached. Check your connection and try again.";
const OTHERWISE = "The server could not do this. Try again in a moment.";

/** A request that wasn't answered as hoped; `status` is 0 when there was no answer at all. */
export class Failed extends Error {
  constructor(status, words, requestId) {
    super(words);
    this.status = status;
    this.requestId = requestId;
  }

  tell() {
    toast({ text: this.message, kind: "bad", requestId: this.requestId });
  }
}

/** The token against forged requests, where the page keeps it for htmx. */
export function csrfToken() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

/** A request as htmx would make it. Throws `Failed`; a session that has ended leads to the sign-in page. */
export async function ask(url, { method = "GET", body } = {}) {
  const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  let response;
  try {
    response = await fetch(url, { method, body, headers, credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new Failed(0, UNREACHABLE);
  }
  const elsewhere = response.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere);
  if (!response.ok) throw await failure(response);
  return response;
}

async function failure(response) {
  const requestId = response.headers.get("X-Request-ID");
  try {
    return new Failed(response.status, (await response.json()).error.message, requestId);
  } catch {
    return new Failed(response.status, OTHERWISE, requestId);
  }
}

/** HTML as nodes that aren't in the page yet. */
export async function piece(url, options) {
  const shape = document.createElement("template");
  shape.innerHTML = await (await ask(url, options)).text();
  return shape.content;
}
