/** The classic build: a plain script that sets `ChatWidget` and serves the calls that were queued for it. */

import { rendererFor } from "./render";
import type { WidgetOptions } from "./types";

interface Queueing {
  q?: unknown;
}

const page = globalThis as typeof globalThis & { ChatWidget?: unknown };
const script = document.currentScript;
const renderWebWidget = rendererFor(script instanceof HTMLScriptElement ? script.src : "");
const queued = (page.ChatWidget as Queueing | undefined)?.q;

page.ChatWidget = { renderWebWidget };

if (Array.isArray(queued)) {
  for (const call of queued as (WidgetOptions | ArrayLike<WidgetOptions>)[]) {
    renderWebWidget(("length" in call ? call[0] : call) as WidgetOptions);
  }
}
