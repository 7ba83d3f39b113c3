/** The shapes that cross a border: the host page's options, the API's JSON, the handle we give back. */

export type Author = "visitor" | "assistant" | "agent" | "system";
export type Position = "bottom-right" | "bottom-left" | "top-right" | "top-left";
export type Theme = "light" | "dark" | "auto";

export interface Contact {
  name?: string;
  email?: string;
  phone?: string;
  hash?: string;
}

export type BridgeName = "dataLayer" | "gtag" | "fbq" | "segment" | "posthog" | "matomo" | "plausible";
/** Whose word on consent counts: nobody's, Google's Consent Mode, or the page's own call only. */
export type ConsentKind = "none" | "google" | "page";

/** Which of the page's analytics hear of outcomes, and what has to be agreed to before. */
export interface TrackingOptions {
  bridges?: BridgeName[];
  consent?: ConsentKind;
  /** The events on `window` wait for consent, too. */
  holdEvents?: boolean;
}

/** What the host page may choose; each beats the tenant's own setting. */
export interface WidgetOptions {
  tenantId: string;
  apiUrl: string;
  token: string;
  primaryColor?: string;
  companyName?: string;
  position?: Position;
  avatarUrl?: string;
  headerLogoUrl?: string;
  headerWordmarkUrl?: string;
  theme?: Theme;
  locale?: string;
  contact?: Contact;
  open?: boolean;
  container?: HTMLElement | string;
  tracking?: TrackingOptions;
}

export interface WidgetConfig {
  name?: string;
  assistantId?: string | null;
  widget?: {
    primaryColor?: string | null;
    position?: string | null;
    theme?: string | null;
    greetingMessage?: string | null;
    avatarUrl?: string | null;
    headerLogoUrl?: string | null;
    headerWordmarkUrl?: string | null;
    showBranding?: boolean;
    locale?: string | null;
  };
  prechat?: { required?: string[] };
  availability?: { online?: boolean; awayMessage?: string | null };
  tracking?: { enabled?: boolean };
}

export interface Source {
  title: string;
  url?: string | null;
}

export interface WireMessage {
  messageId: string;
  author: Author;
  authorName?: string | null;
  message: string;
  createdAt: string;
  sources?: Source[];
  /** The visitor had enough of it. */
  stopped?: boolean;
}

export interface History {
  conversationId: string | null;
  messages: WireMessage[];
}

export interface ChatRequest {
  sessionId: string;
  message: string;
  messageId: string;
  conversationId?: string;
  contact?: Contact;
  page?: { url: string; title: string; referrer: string };
}

export type Status = "answered" | "held" | "blocked" | "no_reply" | "human";

export interface ChatReply {
  conversationId: string;
  messageId: string;
  message: string | null;
  metadata?: { status?: Status; reason?: string; stopped?: boolean };
  sources?: Source[];
  tracking?: Outcome[];
}

export interface RatingRequest {
  sessionId: string;
  conversationId: string;
  score: number;
  comment?: string;
}

/** An outcome as the host page gets it; its content is the server's business. */
export interface Outcome {
  event_id: string;
  event_type: string;
  [field: string]: unknown;
}

export type WidgetEvent = "open" | "close" | "message" | "ready" | "error" | "tracking";
export type Listener = (detail: unknown) => void;

/** What renderWebWidget gives back to the host page. */
export interface WidgetHandle {
  open(): void;
  close(): void;
  toggle(): void;
  destroy(): void;
  identify(contact: Contact): void;
  /** Say whether the visitor agrees to being measured. */
  consent(granted: boolean): void;
  /** Tell this page of an outcome that never was, to see what arrives. */
  test(eventType?: string): void;
  on(event: WidgetEvent, listener: Listener): void;
  off(event: WidgetEvent, listener: Listener): void;
}
