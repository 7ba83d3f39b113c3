/** What a failed htmx request says: the server's own words when it sent some, and the request id to report. */
import { toast } from "./toast.js";

const WORDS = {
  0: "The server could not be reached. Check your connection and try again.",
  401: "You are signed out. Sign in again and repeat this.",
  403: "Your role does not allow this. Ask an admin of your company.",
  404: "This is not there any more. Reload the page to see what is.",
  409: "Somebody changed this at the same time. Reload the page and try again.",
  413: "This is too large to send.",
  429: "That was too fast. Wait a moment and try again.",
};
const OTHERWISE = "The server could not do this. Try again in a moment.";

function serverWords(xhr) {
  try {
    return JSON.parse(xhr.responseText).error?.message;
  } catch {
    return undefined; // an error page or nothing: our own words serve better
  }
}

function tell(xhr) {
  const requestId = xhr.getResponseHeader("X-Request-ID");
  toast({ text: serverWords(xhr) ?? WORDS[xhr.status] ?? OTHERWISE, kind: "bad", requestId });
}

document.addEventListener("htmx:responseError", (event) => tell(event.detail.xhr));
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, ({ detail }) => {
    // what a page asks by itself it asks again, and the state of the connection says that it is lost
    if (detail.requestConfig.triggeringEvent?.isTrusted) toast({ text: WORDS[0], kind: "bad" });
  });
}
