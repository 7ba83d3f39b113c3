/** renderWebWidget itself, for both builds: checks the options, never throws into the host page. */

import { checkOptions } from "./options";
import type { WidgetHandle, WidgetOptions } from "./types";
import { Widget } from "./widget";

/** All that a page may ask of a widget: what follows its constructor and `mount`. */
const MOVES = Object.getOwnPropertyNames(Widget.prototype).slice(2) as (keyof WidgetHandle)[];

/** Make renderWebWidget for a script that was loaded from `scriptUrl`. */
export function rendererFor(scriptUrl: string): (options: WidgetOptions) => WidgetHandle {
  return (input) => {
    let widget: Widget | undefined;
    safely(() => {
      const { options, mistakes } = checkOptions(input);
      if (mistakes.length) {
        console.error(`[autochat] renderWebWidget: ${mistakes.join("; ")}.${options ? "" : " Nothing was rendered."}`);
      }
      if (!options) return;
      const started = (widget = new Widget(options, new URL(PANEL_FILE, scriptUrl || options.apiUrl).href));
      const mount = (): void => safely(() => started.mount());
      if (document.body) mount();
      else document.addEventListener("DOMContentLoaded", mount);
    });
    return handleFor(widget);
  };
}

/** Plain functions that a page may pass around; without a widget they do nothing. */
function handleFor(widget: Widget | undefined): WidgetHandle {
  const handle: Record<string, unknown> = {};
  for (const move of MOVES) {
    handle[move] = (...given: unknown[]) => safely(() => (widget?.[move] as ((...given: unknown[]) => void) | undefined)?.call(widget, ...given));
  }
  return handle as unknown as WidgetHandle;
}

function safely(act: () => void): void {
  try {
    act();
  } catch (error) {
    console.error("[autochat]", error);
  }
}
