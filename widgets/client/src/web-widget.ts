/** The module build: `import { renderWebWidget } from ".../web-widget.js"`. */

import { rendererFor } from "./render";

/** Put a chat widget on this page and get a handle to steer it. */
export const renderWebWidget = rendererFor(import.meta.url);
