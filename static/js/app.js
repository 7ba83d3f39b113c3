/** What every page can do. Each behaviour listens on the document, so HTML that arrives later has it too. */
import "./lib/busy.js";
import "./lib/confirm.js";
import "./lib/copy.js";
import "./lib/dialog.js";
import "./lib/htmx_errors.js";
import "./lib/keyboard.js";
import "./lib/local_time.js";
import "./lib/menu.js";
import "./lib/playground.js";
import "./lib/strips.js";
import "./lib/submit_on_change.js";
import "./lib/theme.js";
import "./lib/toast.js";
import "./lib/unsaved.js";
import "./live/main.js";
