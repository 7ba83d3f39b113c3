/** The page inside the preview: the real widget, made anew when the settings around it change. */

import { renderWebWidget } from "/web-widget.js";

const saved = JSON.parse(document.getElementById("widget-options").textContent);
let handle = renderWebWidget(saved);

addEventListener("message", ({ origin, source, data }) => {
  if (origin !== location.origin || source !== parent || !data?.preview) return;
  handle.destroy();
  handle = renderWebWidget({ ...saved, ...data.preview });
});
