/** What the launcher hands to the panel when it arrives, and what the panel gives back. */

import type { Api } from "./api";
import type { Look } from "./options";
import type { Session } from "./session";
import type { Contact, WidgetConfig, WidgetEvent, WidgetOptions } from "./types";

export interface Asked {
  consent?: boolean;
  /** The outcome of a test that is still to be made. */
  test?: string | undefined;
}

export interface PanelContext {
  options: WidgetOptions;
  /** The shadow root: the panel adds its style sheets here. */
  shadow: ShadowRoot;
  /** The box that holds panel and launcher; carries theme, direction and corner. */
  box: HTMLElement;
  api: Api;
  session: Session;
  look(): Look;
  /** Who the host page says this is. */
  identified(): Contact;
  /** What the host page has asked of the panel, which may come later. */
  asked: Asked;
  /** The tenant's settings; asked for once, again after a failure. */
  config(): Promise<WidgetConfig>;
  /** Count something in the tenant's statistics. */
  track(event: string, metadata?: object): void;
  emit(event: WidgetEvent, detail: unknown): void;
  /** Say in the console and to the host page's listeners what failed. */
  report(error: unknown): void;
  close(): void;
  showUnread(count: number): void;
}

export interface Panel {
  show(): void;
  hide(): void;
  /** Look, settings or the visitor's contact changed. */
  refresh(): void;
  destroy(): void;
}

/** What the panel's file exports. */
export interface PanelModule {
  createPanel(context: PanelContext): Panel;
}
