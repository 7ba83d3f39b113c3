/** The page inside the preview: the real widget, made anew when the settings around it change. */

import { renderWebWidget } from "/web-widget.js";

const saved = JSON.parse(document.getElementById("widget-options").textContent);
const takeFocus = HTMLElement.prototype.focus;
let invited = false;

// an open widget takes the keyboard; here that would be out of the hands of whoever types into the form beside it
HTMLElement.prototype.focus = function focus(...options) {
  if (invited) takeFocus.apply(this, options);
};
for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => (invited = true), { capture: true });

let handle = renderWebWidget(saved);

addEventListener("message", ({ origin, source, data }) => {
  if (origin !== location.origin || source !== parent || !data?.preview) return;
  invited = false;
  handle.destroy();
  handle = renderWebWidget({ ...saved, ...data.preview });
});
