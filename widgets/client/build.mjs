/** Builds the widget into static/widget; with --check it only says whether what is there matches the source. */

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = ["chrome111", "firefox113", "safari16.4"];
const KB = 1024;
const ENTRY_LIMIT = 5 * KB; // brotli: what every page view of every host page pays
const PANEL_LIMIT = 20 * KB; // brotli: what opening the chat pays

/** A style sheet becomes a minified string; the widget makes constructable sheets of it. */
export const cssAsText = {
  name: "css-as-text",
  setup(bundler) {
    bundler.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const { code } = await transform(source, { loader: "css", minify: true, target });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

async function bundle(entry, format, define = {}) {
  const result = await build({
    entryPoints: [join(here, "src", entry)],
    bundle: true,
    minify: true,
    write: false,
    charset: "utf8",
    legalComments: "none",
    format,
    target,
    define,
    plugins: [cssAsText],
    // Both builds import the panel by an address that is known only in the browser.
    supported: { "dynamic-import": true },
  });
  return Buffer.from(result.outputFiles[0].contents);
}

async function buildAll() {
  const panel = await bundle("panel.ts", "esm");
  const hash = createHash("sha256").update(panel).digest("hex").slice(0, 12);
  const define = { PANEL_FILE: JSON.stringify(`web-widget-panel.js?v=${hash}`) };
  return {
    "web-widget.js": await bundle("web-widget.ts", "esm", define),
    "web-widget.classic.js": await bundle("classic.ts", "iife", define),
    "web-widget-panel.js": panel,
  };
}

function weigh(files) {
  const limits = { "web-widget.js": ENTRY_LIMIT, "web-widget.classic.js": ENTRY_LIMIT, "web-widget-panel.js": PANEL_LIMIT };
  let fits = true;
  for (const [name, bytes] of Object.entries(files)) {
    const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
    const over = brotli > limits[name];
    if (over) fits = false;
    console.log(
      `${name.padEnd(22)} ${bytes.length} bytes, gzip ${gzipSync(bytes, { level: 9 }).length}, brotli ${brotli}` +
        ` of ${limits[name]}${over ? " - too heavy" : ""}`,
    );
  }
  return fits;
}

async function readCommitted(folder) {
  const files = {};
  for (const name of await readdir(folder).catch(() => [])) files[name] = await readFile(join(folder, name));
  return files;
}

async function main() {
  const checking = process.argv.includes("--check");
  const folder = join(here, "..", "..", "static", "widget");
  const files = await buildAll();
  const committed = await readCommitted(folder);
  const stale = Object.keys({ ...files, ...committed }).filter((name) => !files[name]?.equals(committed[name] ?? Buffer.alloc(0)));
  if (checking && stale.length) {
    console.error(`static/widget doesn't match the source: ${stale.join(", ")}. Run \`npm run build\` in widgets/client.`);
    process.exitCode = 1;
  }
  if (!checking) {
    await mkdir(folder, { recursive: true });
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
    for (const name of stale) if (!files[name]) await unlink(join(folder, name));
  }
  if (!weigh(files)) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
