/** Markdown's small safe subset as a tree: no HTML, no pictures, links only where a reader may go. */

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "code"; text: string }
  | { kind: "break" }
  | { kind: "strong" | "em"; children: Inline[] }
  | { kind: "link"; url: string; children: Inline[] };

export type Block =
  | { kind: "paragraph"; children: Inline[] }
  | { kind: "heading"; children: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "list"; ordered: boolean; start: number; items: Block[][] };

const FENCE = /^ {0,3}(```+|~~~+)/;
const ITEM = /^( {0,12})(?:[-*+]|(\d{1,9})[.)])(?: +|$)(.*)$/;
const HEADING = /^ {0,3}#{1,6} +(.*)$/;
const RULE = /^ {0,3}([-*_])(?: *\1){2,} *$/;
const DEEPEST = 6; // lists in lists, bold in bold: more is an attack or an accident
const LONGEST = 20_000; // characters; a reply is far shorter

/** Read a text; whatever isn't in the subset stays as it was written. */
export function parseMarkdown(source: string): Block[] {
  const lines = source.slice(0, LONGEST).replace(/\r\n?/g, "\n").replace(/\t/g, "    ").split("\n");
  return readBlocks(lines, 0);
}

/** The address if a visitor may be sent there: https, mail or phone. */
export function safeUrl(raw: string): string | undefined {
  const address = raw.trim();
  if (!/^(https:\/\/|mailto:|tel:)/i.test(address) || /[\s<>"\\^`{|}\u0000-\u0020\u007f-\u009f\u200b-\u200f\u202a-\u202e]/.test(address)) return undefined;
  try {
    const url = new URL(address);
    return ["https:", "mailto:", "tel:"].includes(url.protocol) && !url.username && !url.password ? url.href : undefined;
  } catch {
    return undefined;
  }
}

function readBlocks(lines: string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] as string;
    if (line.trim() === "" || RULE.test(line)) at++;
    else if (FENCE.test(line)) at = readCode(lines, at, blocks);
    else if (HEADING.test(line)) {
      blocks.push({ kind: "heading", children: parseInline(HEADING.exec(line)?.[1] ?? "") });
      at++;
    } else if (ITEM.test(line) && depth < DEEPEST) at = readList(lines, at, blocks, depth);
    else at = readParagraph(lines, at, blocks);
  }
  return blocks;
}

function readCode(lines: string[], from: number, blocks: Block[]): number {
  const fence = FENCE.exec(lines[from] as string)?.[1] ?? "```";
  let end = from + 1;
  while (end < lines.length && !(lines[end] as string).trim().startsWith(fence)) end++;
  blocks.push({ kind: "code", text: lines.slice(from + 1, end).join("\n") });
  return end + 1;
}

function readParagraph(lines: string[], from: number, blocks: Block[]): number {
  let end = from + 1;
  while (end < lines.length && !startsBlock(lines[end] as string)) end++;
  const text = lines.slice(from, end).map((line) => line.replace(/^ {0,3}> ?/, "").trimStart());
  blocks.push({ kind: "paragraph", children: parseInline(text.join("\n").trimEnd()) });
  return end;
}

function startsBlock(line: string): boolean {
  return line.trim() === "" || FENCE.test(line) || HEADING.test(line) || ITEM.test(line) || RULE.test(line);
}

function readList(lines: string[], from: number, blocks: Block[], depth: number): number {
  const first = ITEM.exec(lines[from] as string) as RegExpExecArray;
  const indent = (first[1] as string).length;
  const ordered = first[2] !== undefined;
  const items: string[][] = [];
  let at = from;
  for (; at < lines.length; at++) {
    const line = lines[at] as string;
    const item = ITEM.exec(line);
    const inset = line.length - line.trimStart().length;
    if (item && inset <= indent + 1) {
      if ((item[2] !== undefined) !== ordered) break;
      items.push([item[3] as string]);
    } else if (line.trim() === "") {
      const ahead = skipBlank(lines, at);
      const next = lines[ahead];
      if (next === undefined || (next.length - next.trimStart().length <= indent && !ITEM.test(next))) break;
      items.at(-1)?.push("");
      at = ahead - 1;
    } else if (inset > indent || !startsBlock(line)) items.at(-1)?.push(line.slice(Math.min(inset, indent + 2)));
    else break;
  }
  blocks.push({ kind: "list", ordered, start: Number(first[2] ?? 1), items: items.map((item) => readBlocks(item, depth + 1)) });
  return at;
}

function skipBlank(lines: string[], from: number): number {
  let at = from;
  while (at < lines.length && (lines[at] as string).trim() === "") at++;
  return at;
}

/** Read what stands inside a paragraph. */
export function parseInline(text: string, depth = 0): Inline[] {
  const nodes: Inline[] = [];
  const barren: Barren = {};
  let plain = "";
  const flush = (): void => {
    if (plain) nodes.push({ kind: "text", text: plain });
    plain = "";
  };
  for (let at = 0; at < text.length; ) {
    const found = depth < DEEPEST ? readSpan(text, at, depth, barren) : undefined;
    if (found) {
      flush();
      nodes.push(...found.nodes);
      at = found.end;
    } else {
      const escaped = text[at] === "\\" && /[!-/:-@[-`{-~]/.test(text[at + 1] ?? "");
      plain += escaped ? text[at + 1] : text[at];
      at += escaped ? 2 : 1;
    }
  }
  flush();
  return nodes;
}

interface Span {
  nodes: Inline[];
  end: number;
}

/** For each fence the place up to which there is no end for it. */
type Barren = Record<string, number>;

function readSpan(text: string, at: number, depth: number, barren: Barren): Span | undefined {
  switch (text[at]) {
    case "\n":
      return { nodes: [{ kind: "break" }], end: at + 1 };
    case "`":
      return readInlineCode(text, at);
    case "*":
    case "_":
      return readEmphasis(text, at, depth, barren);
    case "!":
      return text[at + 1] === "[" ? readPicture(text, at) : undefined;
    case "[":
      return readLink(text, at, depth);
    case "<":
      return readAngle(text, at);
    case "h":
    case "H":
      return readBareAddress(text, at);
    default:
      return undefined;
  }
}

function readInlineCode(text: string, at: number): Span | undefined {
  const ticks = /^`+/.exec(text.slice(at, at + 8))?.[0] as string;
  const end = text.indexOf(ticks, at + ticks.length);
  if (end < 0) return undefined;
  const code = text.slice(at + ticks.length, end).replace(/\n/g, " ");
  return { nodes: [{ kind: "code", text: /^ .*[^ ].* $/.test(code) ? code.slice(1, -1) : code }], end: end + ticks.length };
}

function readEmphasis(text: string, at: number, depth: number, barren: Barren): Span | undefined {
  const sign = text[at] as string;
  const fence = text[at + 1] === sign ? sign + sign : sign;
  const from = at + fence.length;
  if (isSpace(text[from]) || (sign === "_" && isWord(text[at - 1]))) return undefined;
  const end = findFence(text, fence, from + 1, barren);
  if (end < 0) return undefined;
  const children = parseInline(text.slice(from, end), depth + 1);
  return { nodes: [{ kind: fence.length === 2 ? "strong" : "em", children }], end: end + fence.length };
}

/** Where a fence can end what it began. What was searched in vain isn't searched again: that would take minutes. */
function findFence(text: string, fence: string, from: number, barren: Barren): number {
  const sign = fence[0];
  const single = fence.length === 1;
  let end = text.indexOf(fence, Math.max(from, barren[fence] ?? 0));
  for (; end >= 0; end = text.indexOf(fence, end + 1)) {
    const after = text[end + fence.length];
    const before = text[end - 1];
    // A double sign inside belongs to something bold, both of its halves.
    if (single && after === sign) end++;
    else if (!isSpace(before) && !(single && before === sign) && !(sign === "_" && isWord(after))) return end;
  }
  barren[fence] = text.length;
  return -1;
}

function isSpace(character: string | undefined): boolean {
  return character === undefined || character === " " || character === "\n" || character === "\u00a0";
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

const LINK = /^\[((?:[^[\]\\\n]|\\.){1,500})\]\(\s*<?([^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?(?:\s+(?:"[^"\n]*"|'[^'\n]*'))?\s*\)/;

function readLink(text: string, at: number, depth: number): Span | undefined {
  const match = LINK.exec(text.slice(at, at + 3_000));
  if (!match) return undefined;
  const children = parseInline(match[1] as string, depth + 1);
  const url = safeUrl(match[2] as string);
  const unlinked = children.flatMap((child) => (child.kind === "link" ? child.children : [child]));
  return { nodes: url ? [{ kind: "link", url, children: unlinked }] : unlinked, end: at + match[0].length };
}

/** A picture is never fetched: its description stands for it. */
function readPicture(text: string, at: number): Span | undefined {
  const match = /^!\[([^[\]\n]{0,500})\]\([^()\n]{0,2000}\)/.exec(text.slice(at, at + 2_600));
  return match ? { nodes: [{ kind: "text", text: match[1] as string }], end: at + match[0].length } : undefined;
}

function readAngle(text: string, at: number): Span | undefined {
  const inner = /^<([^<>\s]{1,2000})>/.exec(text.slice(at, at + 2_002))?.[1];
  if (inner === undefined) return undefined;
  const url = safeUrl(inner) ?? (/^[^@:/]+@[^@:/]+\.[^@:/]+$/.test(inner) ? safeUrl(`mailto:${inner}`) : undefined);
  return url ? { nodes: [{ kind: "link", url, children: [{ kind: "text", text: inner.replace(/^(mailto|tel):/i, "") }] }], end: at + inner.length + 2 } : undefined;
}

function readBareAddress(text: string, at: number): Span | undefined {
  if (isWord(text[at - 1])) return undefined;
  const run = /^https:\/\/[^\s<>"'`*|\\^{}[\]]{1,2000}/i.exec(text.slice(at, at + 2_010))?.[0];
  if (run === undefined) return undefined;
  let shown = run.replace(/[.,;:!?…_]+$/, "");
  if (shown.endsWith(")") && !shown.includes("(")) shown = shown.replace(/\)+[.,;:!?]*$/, "").replace(/[.,;:!?]+$/, "");
  const url = safeUrl(shown);
  return url ? { nodes: [{ kind: "link", url, children: [{ kind: "text", text: shown }] }], end: at + shown.length } : undefined;
}
