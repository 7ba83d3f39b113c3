/** One widget on one page: the launcher now, the panel when it is needed. */

import { Api, isApiError } from "./api";
import type { Asked, Panel, PanelContext, PanelModule } from "./context";
import { Emitter } from "./emitter";
import { mergeLook, readContact, type Look } from "./options";
import { Session } from "./session";
import { launcherWords } from "./strings";
import type { Contact, Listener, WidgetConfig, WidgetEvent, WidgetHandle, WidgetOptions } from "./types";
import { make, setAttributes, sheet } from "./ui/dom";
import { createLauncher, type Launcher, type LauncherState } from "./ui/launcher";
import { brandCss, launcherSheet } from "./ui/styles";

const HOST = "autochat-widget";

/** Where an element keeps its widget, known to every copy of this script on a page. */
const OWNER = Symbol.for("autochat.widget");

type Host = HTMLElement & { [OWNER]?: Widget };

/** Settings are asked for once a page load, however often the widget is drawn anew. */
const configs = new Map<string, Promise<WidgetConfig>>();

export class Widget implements WidgetHandle {
  readonly #session: Session;
  readonly #api: Api;
  readonly #emitter = new Emitter();
  readonly #host: Host = document.createElement(HOST);
  readonly #shadow = this.#host.attachShadow({ mode: "open" });
  readonly #box = make("div", { class: "box" });
  readonly #brand = sheet("");
  readonly #launcher: Launcher;
  readonly #state: LauncherState = { open: false, unread: 0, loading: false, failed: false };
  readonly #gone = new AbortController();
  readonly #asked: Asked = {};
  #look: Look;
  #identified: Contact = {};
  #panel: Panel | undefined;
  #tries = 0;

  constructor(
    private readonly options: WidgetOptions,
    private readonly panelUrl: string,
  ) {
    this.#session = new Session(options.tenantId);
    this.#api = new Api(options.apiUrl, options.tenantId, options.token);
    this.#look = mergeLook(options);
    this.#launcher = createLauncher(() => launcherWords(this.#look.locale), () => this.toggle());
    if (options.contact) this.identify(options.contact);
  }

  /** Put the launcher on the page, then ask for the tenant's settings. */
  mount(): void {
    const { container, tenantId, open } = this.options;
    const place = typeof container === "string" ? document.querySelector(container) : (container ?? document.body);
    if (this.#gone.signal.aborted) return;
    if (!place) throw new Error('"container" finds no element. Nothing was rendered.');
    for (const old of document.querySelectorAll<Host>(HOST)) {
      if (old[OWNER]?.options.tenantId === tenantId) old[OWNER].destroy();
    }
    this.#host[OWNER] = this;
    this.#shadow.adoptedStyleSheets = [launcherSheet(), this.#brand];
    this.#shadow.append(this.#box);
    this.#box.append(this.#launcher.element);
    setAttributes(this.#host, { "data-contained": !!container });
    this.#listen();
    this.#draw();
    place.append(this.#host);
    this.#track("widget_loaded");
    this.#config()
      .catch(() => undefined) // reported; the panel offers to try again
      .then(() => this.#emitter.emit("ready"));
    if (open) this.open();
    else if (this.#session.isUnderWay) void this.#load();
  }

  open(): void {
    if (this.#state.open || !this.#host.isConnected) return;
    this.#show({ open: true, failed: false });
    this.#track("widget_opened");
    this.#emitter.emit("open");
    if (this.#panel) this.#panel.show();
    else void this.#load();
  }

  close(): void {
    if (!this.#state.open) return;
    this.#show({ open: false });
    this.#panel?.hide();
    this.#launcher.button.focus({ preventScroll: true });
    this.#track("widget_closed");
    this.#emitter.emit("close");
  }

  toggle(): void {
    if (this.#state.open) this.close();
    else this.open();
  }

  destroy(): void {
    this.#gone.abort();
    this.#panel?.destroy();
    this.#state.open = false;
    this.#host.remove();
  }

  identify(contact: Contact): void {
    const known = readContact(contact);
    if (!known) throw new Error("identify() needs an object of texts");
    Object.assign(this.#identified, known);
    this.#panel?.refresh();
  }

  consent(granted: boolean): void {
    this.#asked.consent = granted;
    this.#panel?.refresh();
  }

  test(eventType = ""): void {
    this.#asked.test = eventType;
    this.#panel?.refresh();
    void this.#load();
  }

  on(event: WidgetEvent, listener: Listener): void {
    this.#emitter.on(event, listener);
  }

  off(event: WidgetEvent, listener: Listener): void {
    this.#emitter.off(event, listener);
  }

  async #config(): Promise<WidgetConfig> {
    const { apiUrl, tenantId, token } = this.options;
    const key = apiUrl + tenantId + token;
    const asked = configs.get(key) ?? this.#api.call<{ config: WidgetConfig }>("GET", "/config").then((answer) => answer.config);
    configs.set(key, asked);
    try {
      const config = await asked;
      this.#look = mergeLook(this.options, config);
      this.#draw();
      return config;
    } catch (error) {
      if (configs.delete(key)) this.#report(error); // told once; the next one to need it asks again
      throw error;
    }
  }

  async #load(): Promise<void> {
    if (this.#panel || this.#state.loading) return;
    this.#show({ loading: true });
    const url = this.panelUrl + (this.#tries++ ? `&try=${this.#tries}` : ""); // a browser may keep a failed one
    try {
      const file: unknown = await import(url);
      if (this.#gone.signal.aborted) return;
      this.#panel = (file as PanelModule).createPanel(this.#context());
      this.#show({ loading: false });
      if (this.#state.open) this.#panel.show();
    } catch (error) {
      console.error(`[autochat] ${url} could not be loaded. Check the page's CSP (script-src).`, error);
      this.#show({ open: false, loading: false, failed: this.#state.open });
    }
  }

  #context(): PanelContext {
    return {
      options: this.options,
      shadow: this.#shadow,
      box: this.#box,
      api: this.#api,
      session: this.#session,
      look: () => this.#look,
      identified: () => this.#identified,
      asked: this.#asked,
      config: () => this.#config(),
      track: (event, metadata) => this.#track(event, metadata),
      emit: (event, detail) => this.#emitter.emit(event, detail),
      report: (error) => this.#report(error),
      close: () => this.close(),
      showUnread: (unread) => this.#show({ unread }),
    };
  }

  #listen(): void {
    const { signal } = this.#gone;
    addEventListener("autochat.consent", (event) => this.consent((event as CustomEvent).detail === true), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw(), { signal });
    this.#session.store.watch(() => this.#session.isUnderWay && void this.#load(), signal);
  }

  #show(change: Partial<LauncherState>): void {
    Object.assign(this.#state, change);
    setAttributes(this.#box, { "data-open": this.#state.open && !!this.#panel });
    this.#launcher.show(this.#state);
  }

  #draw(): void {
    const { theme, direction, position, brand, locale } = this.#look;
    const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
    setAttributes(this.#box, { "data-theme": dark ? "dark" : "light", dir: direction, "data-position": position, lang: locale });
    this.#brand.replaceSync(brandCss(brand));
    this.#show({});
    this.#panel?.refresh();
  }

  #track(event: string, metadata?: object): void {
    const body = { sessionId: this.#session.id, event, timestamp: new Date().toISOString(), metadata };
    this.#api.call("POST", "/track", { body, keepalive: true }).catch(() => undefined); // statistics: nobody minds
  }

  #report(error: unknown): void {
    const failure = isApiError(error) ? error : undefined;
    console.error(failure?.describe() ?? error);
    this.#emitter.emit("error", failure && { ...failure, message: failure.message });
  }
}
