/** The inbox: its list, the open conversation and the reply, each kept in step by itself. */
import "./inbox/list.js";
import "./inbox/search.js";
import "./inbox/panes.js";
import "./inbox/thread.js";
import "./inbox/composer.js";
import "./inbox/writing.js";
