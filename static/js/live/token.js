/** Short-lived access tokens for the socket, got by the page's own session. */
import { csrfToken } from "../lib/fragment.js";

const PATIENCE = 10_000; // ms

/** The session has ended, or the person has no place here any more. */
export class SignedOut extends Error {}

/** A token, and how many ms it is good for: told by length, because the clock of this machine may be wrong. */
export async function accessToken() {
  const response = await fetch("/api/auth/session", {
    method: "POST",
    credentials: "same-origin",
    headers: { "X-CSRFToken": csrfToken() },
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.status === 401 || response.status === 403) throw new SignedOut();
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  const { access, expires_in: seconds } = await response.json();
  return { token: access, lifetime: seconds * 1000 };
}
