/** The panel's own file: it joins the conversation, its live stream and the parts that show them. */

import { isApiError } from "./api";
import { Claims } from "./claims";
import { Chat, type ChatState } from "./chat";
import { missingFields } from "./contact";
import type { Panel, PanelContext } from "./context";
import { getMessages, openStream, postChat, postRating, stopChat } from "./endpoints";
import { mergeFace } from "./face";
import { cleanText } from "./limits";
import type { Line } from "./lines";
import { Stream } from "./stream";
import { explainFailure, panelWords, type Failed } from "./strings";
import { isTest, Tracker } from "./tracking";
import { checkTracking } from "./tracking_options";
import type { Outcome, WidgetConfig } from "./types";
import { PanelView } from "./ui/panel";
import type { RatingState } from "./ui/rating";
import { Visit } from "./visit";

const PAGE_TEXT_LIMIT = 2_000; // characters of an address or title that are worth sending

/** Build the panel next to the launcher; it stays hidden until `show`. */
export function createPanel(context: PanelContext): Panel {
  return new LivePanel(context);
}

class LivePanel implements Panel {
  readonly #visit: Visit;
  readonly #chat: Chat;
  readonly #stream: Stream;
  readonly #view: PanelView;
  readonly #gone = new AbortController();
  readonly #tracker: Tracker;
  #config: WidgetConfig | undefined;
  #configError: Failed | undefined;
  #resumed = false;
  #rating: RatingState = "hidden";
  #open = false;
  #closed = false;

  constructor(private readonly context: PanelContext) {
    const { api, session } = context;
    this.#visit = new Visit(session, context.identified);
    this.#tracker = this.#makeTracker();
    this.#chat = new Chat({
      api: {
        chat: (request, hear) => postChat(api, request, hear),
        stop: (sessionId, messageId) => stopChat(api, sessionId, messageId),
        messages: (sessionId, after) => getMessages(api, sessionId, after),
      },
      visit: this.#visit,
      page: describePage,
      tell: {
        message: (line) => context.emit("message", describeLine(line)),
        failure: (error) => context.report(error),
        outcome: (outcome) => this.#tracker.tell(outcome),
        started: () => this.#listen(),
      },
    });
    this.#stream = new Stream({
      open: async (lastEventId, signal) => {
        const { conversationId } = this.#visit;
        const response = await openStream(api, session.id, lastEventId, signal);
        if (response.status === 204) this.#visit.forget(conversationId); // over, and nothing is left to tell
        return response;
      },
      onEvent: (frame) => this.#chat.takeEvent(frame),
      onOpen: () => void this.#chat.refresh(),
      onRefused: (error) => context.report(error),
    });
    this.#view = new PanelView(context.shadow, context.box, {
      close: () => context.close(),
      send: (text) => this.#send(text),
      retry: () => this.#retry(),
      stop: () => void this.#chat.stop(),
      askRating: () => this.#showRating("asked"),
      rate: (score, comment) => void this.#rate(score, comment),
      dismiss: () => this.#showRating("hidden"),
      introduce: (contact) => {
        this.#visit.saveContact({ ...this.#visit.contact, ...contact });
        this.#render();
        this.#view.focus();
      },
    });
    this.#watchPage();
    this.#start();
    this.refresh();
  }

  show(): void {
    this.#open = true;
    this.#view.show();
    this.#updateReading();
    this.#render();
    this.#view.focus();
  }

  hide(): void {
    this.#open = false;
    this.#view.hide();
    this.#updateReading();
  }

  refresh(): void {
    const { asked } = this.context;
    if (asked.test !== undefined) this.#tracker.test(asked.test || undefined);
    delete asked.test;
    this.#tracker.look();
    this.#render();
  }

  destroy(): void {
    this.#stream.stop();
    this.#tracker.stop();
    this.#gone.abort();
    this.#view.destroy();
  }

  #makeTracker(): Tracker {
    const { asked, options, session } = this.context;
    const checked = checkTracking(options.tracking);
    if (checked.mistakes.length) console.error(`[autochat] renderWebWidget: ${checked.mistakes.join("; ")}.`);
    return new Tracker({
      options: checked.options,
      claims: new Claims(session.store.key, this.#gone.signal),
      consent: () => asked.consent,
      told: (outcome) => this.#report(outcome),
    });
  }

  #start(): void {
    void this.#loadConfig();
    this.#chat.subscribe((state) => this.#follow(state));
    this.#listen();
    void this.#chat.resume().finally(() => {
      this.#resumed = true;
      this.#render();
    });
  }

  async #loadConfig(): Promise<void> {
    this.#configError = undefined;
    try {
      this.#config = await this.context.config();
    } catch (error) {
      this.#config = {};
      this.#configError = isApiError(error) ? error : { status: 0, code: "unexpected" };
    }
    this.#render();
  }

  #follow(state: ChatState): void {
    this.context.showUnread(state.unread);
    if (state.closed !== this.#closed) {
      this.#closed = state.closed;
      if (!state.closed) this.#rating = "hidden";
      else if (this.#visit.ratable) this.#rating = "asked";
    }
    this.#render();
  }

  #render(): void {
    const visit = this.#visit;
    const look = this.context.look();
    const words = panelWords(look.locale);
    const state = this.#chat.state;
    const begun = visit.conversationId !== undefined || state.lines.length > 0;
    const missing = begun ? [] : missingFields(this.#config?.prechat?.required, visit.contact);
    const failure = state.failure ?? this.#configError;
    this.#view.render({
      face: mergeFace(this.context.options, this.#config ?? {}),
      brand: look.brand,
      words,
      state,
      fields: missing,
      contact: visit.contact,
      availability: this.#config?.availability,
      begun,
      ready: this.#config !== undefined && this.#resumed,
      rating: this.#rating,
      ratable: visit.ratable !== undefined,
      problem: failure && explainFailure(words, failure, { online: navigator.onLine, written: state.failure !== undefined }),
    });
  }

  #send(text: string): boolean {
    const sent = this.#chat.send(text);
    if (sent) this.context.track("message_sent");
    return sent;
  }

  #retry(): void {
    if (this.#configError) void this.#loadConfig();
    this.#chat.retry();
  }

  #showRating(state: RatingState): void {
    this.#rating = state;
    this.#render();
  }

  async #rate(score: number, comment: string): Promise<void> {
    const { api, session, report } = this.context;
    const conversationId = this.#visit.ratable;
    if (!conversationId) return;
    this.#showRating("sending");
    try {
      const outcomes = await postRating(api, { sessionId: session.id, conversationId, score, ...(comment && { comment }) });
      this.#visit.finishRating(conversationId);
      this.#showRating("thanked");
      for (const outcome of outcomes) this.#tracker.tell(outcome);
    } catch (error) {
      report(error);
      this.#showRating("failed");
    }
  }

  #listen(): void {
    if (this.#visit.conversationId) this.#stream.start();
  }

  #watchPage(): void {
    const { signal } = this.#gone;
    document.addEventListener("visibilitychange", () => this.#updateReading(), { signal });
    const follow = (): void => {
      this.#chat.syncTabs();
      this.#listen();
    };
    this.context.session.store.watch(follow, signal);
  }

  #updateReading(): void {
    this.#chat.setReading(this.#open && !document.hidden);
  }

  #report(outcome: Outcome): void {
    this.context.emit("tracking", outcome);
    if (!isTest(outcome)) this.context.track("custom:tracking_dispatched", { eventType: outcome.event_type });
  }
}

function describeLine({ id, author, name, text, at }: Line): object {
  return { messageId: id, author, authorName: name, message: text, createdAt: at };
}

function describePage(): { url: string; title: string; referrer: string } {
  const cut = (text: string): string => cleanText(text.slice(0, PAGE_TEXT_LIMIT));
  return { url: cut(location.href), title: cut(document.title), referrer: cut(document.referrer) };
}
