/** Every word the widget says, by locale; the launcher's apart, because it arrives before the panel. */

import type { ApiError } from "./api";
import { MESSAGE_LIMIT } from "./limits";

const launcher = {
  en: {
    open: "Open chat",
    close: "Close chat",
    unread: (count: number) => (count === 1 ? "Open chat, 1 new message" : `Open chat, ${count} new messages`),
    notLoaded: "The chat can’t be reached. Open it again to retry.",
  },
};

const panel = {
  en: {
    chat: "Chat",
    chatWith: (name: string) => `Chat with ${name}`,
    close: "Close",
    online: "Online",
    away: "Away now",
    joined: (name: string) => `${name} is in this chat`,
    assistant: "Assistant",
    teammate: "A teammate",
    named: (name: string) => `${name}, assistant`,
    you: "You",
    write: "Write a message",
    writeAgain: "Write to start again",
    send: "Send",
    stop: "Stop",
    stopped: "Stopped",
    notSent: "Not sent",
    tryAgain: "Try again",
    log: "Messages",
    assistantWrites: "The assistant is writing",
    personWrites: (name: string) => (name ? `${name} is writing` : "Somebody is writing"),
    left: (count: number) => (count === 1 ? "1 character left" : `${count} characters left`),
    tooLong: (count: number) => `${count} over the limit of ${MESSAGE_LIMIT} characters`,
    newWindow: "opens in a new tab",
    sources: "Sources",
    notices: {
      held: "One moment: a colleague reads this answer before you get it.",
      human: "A person will answer here.",
      unanswered: "There is no answer to this yet. Somebody will look at it.",
      closed: (name: string) => (name ? `${name} closed the conversation` : "This conversation was closed"),
    },
    form: {
      intro: "Before we start, who are we speaking with? We use it only to answer you.",
      name: "Name",
      email: "E-mail",
      phone: "Phone",
      start: "Start chat",
      nameMissing: "Please tell us your name",
      emailMissing: "Please give an e-mail address, for example you@example.com",
      emailNoAt: "An e-mail address has an @, for example you@example.com",
      emailUnfinished: (host: string) => `The part after the @ looks unfinished, for example ${host}`,
      emailWrong: "This e-mail address looks unfinished, for example you@example.com",
      phoneMissing: "Please give a phone number with its area code",
    },
    rating: {
      ask: "How was this chat?",
      rate: "Rate this chat",
      stars: (score: number) => (score === 1 ? "1 star of 5" : `${score} stars of 5`),
      comment: "Would you like to say why? (optional)",
      send: "Send rating",
      notNow: "Not now",
      thanks: "Thank you for your rating.",
      failed: "Your rating couldn’t be sent. Please try again.",
    },
    kept: "Your message is kept here.",
    in: (seconds: number) => inWords(seconds),
    failures: {
      offline: "You are offline",
      network: "The chat can’t be reached",
      timeout: "The answer takes too long",
      token: "This chat needs to be renewed by the site’s owner.",
      tokenTitle: "The chat is out of date",
      domainTitle: "The chat isn’t open on this site",
      domain: "The site’s owner has to allow this address.",
      limitTitle: "The chat is full for now",
      fastTitle: "That was a little fast",
      when: (time: string) => `You can send it again ${time}.`,
      later: "You can send it again later.",
      noAssistantTitle: "Nobody can answer here yet",
      noAssistant: "The site’s owner has to choose who answers.",
      brokenTitle: "The assistant can’t work right now",
      serverTitle: "Something went wrong on our side",
      refusedTitle: "This message can’t be sent",
      refused: "Change it a little and send it again.",
      goneTitle: "This chat is no longer here",
      gone: "The site’s owner can bring it back.",
      moment: "Please try again in a moment.",
    },
  },
};

/** As much of an error as the words for it depend on. */
export type Failed = Pick<ApiError, "status" | "code" | "retryAfter">;

export type LauncherWords = (typeof launcher)["en"];
export type PanelWords = (typeof panel)["en"];

/** The launcher's words in a locale, English where we don't have it. */
export function launcherWords(locale: string): LauncherWords {
  return pick(launcher, locale);
}

/** The panel's words in a locale, English where we don't have it. */
export function panelWords(locale: string): PanelWords {
  return pick(panel, locale);
}

/** What the visitor is told about a call that failed: a title, and what happens next. */
export function explainFailure(words: PanelWords, error: Failed, { online = true, written = true } = {}): { title: string; body: string } {
  const say = words.failures;
  const kept = written ? words.kept : say.moment;
  const { status, code, retryAfter } = error;
  if (status === 401) return { title: say.tokenTitle, body: say.token };
  if (status === 403) return { title: say.domainTitle, body: say.domain };
  if (status === 429) {
    const body = retryAfter === undefined ? say.later : say.when(words.in(retryAfter));
    return { title: code === "usage_limit_exceeded" ? say.limitTitle : say.fastTitle, body };
  }
  if (code === "no_assistant") return { title: say.noAssistantTitle, body: say.noAssistant };
  if (code === "assistant_misconfigured") return { title: say.brokenTitle, body: kept };
  if (status === 404) return { title: say.goneTitle, body: say.gone };
  if (status >= 500) return { title: say.serverTitle, body: kept };
  if (status >= 400) return { title: say.refusedTitle, body: say.refused };
  if (code === "timeout" || code === "message_in_progress") return { title: say.timeout, body: kept };
  return { title: online ? say.network : say.offline, body: kept };
}

function pick<Words>(table: { en: Words } & Record<string, Words>, locale: string): Words {
  const exact = locale.toLowerCase();
  const language = exact.split(/[-_]/)[0] ?? "en";
  return (Object.hasOwn(table, exact) ? table[exact] : Object.hasOwn(table, language) ? table[language] : undefined) ?? table.en;
}

function inWords(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "day"],
    [3_600, "hour"],
    [60, "minute"],
  ];
  for (const [size, unit] of units) {
    const count = Math.ceil(seconds / size);
    if (seconds >= size) return `in ${count} ${unit}${count === 1 ? "" : "s"}`;
  }
  const count = Math.max(1, Math.ceil(seconds));
  return `in ${count} second${count === 1 ? "" : "s"}`;
}
