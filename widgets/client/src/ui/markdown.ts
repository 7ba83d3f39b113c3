/** The Markdown tree as DOM nodes. */

import { parseMarkdown, type Block, type Inline } from "../markdown";
import { make } from "./dom";

/** Writes a text that a machine or a person wrote, and may go on writing: only blocks that have changed are made anew. */
export function prose(bubble: HTMLElement, newWindow: string): (text: string, whole: boolean) => void {
  let known: string[] = [];
  let written: string | undefined;
  return (text, whole) => {
    const state = `${whole}${text}`;
    if (state === written) return;
    if (whole && written !== undefined) known = []; // all of it is news to who listens
    written = state;
    const blocks = parseMarkdown(text);
    const keys = blocks.map((block) => JSON.stringify(block));
    let same = 0;
    while (same < keys.length && keys[same] === known[same]) same++;
    while (bubble.childNodes.length > same) bubble.lastChild?.remove();
    bubble.append(...blocks.slice(same).map((block) => showBlock(block, newWindow)));
    known = keys;
  };
}

/** A link that leaves the host page alone; the caller has made sure of the address. */
export function outwardLink(url: string, newWindow: string, ...children: (Node | string)[]): HTMLAnchorElement {
  const elsewhere = url.startsWith("https:"); // mail and phone open no tab
  const link = make("a", { href: url, dir: "auto", rel: "noopener nofollow noreferrer", target: elsewhere && "_blank" }, ...children);
  if (elsewhere) link.append(make("span", { class: "hear" }, ` (${newWindow})`));
  return link;
}

function showBlock(block: Block, newWindow: string): Node {
  switch (block.kind) {
    case "code":
      return make("pre", { dir: "ltr", tabindex: 0 }, make("code", {}, block.text));
    case "list": {
      const list = make(block.ordered ? "ol" : "ul", { start: block.ordered && block.start !== 1 && block.start });
      for (const item of block.items) list.append(showItem(item, newWindow));
      return list;
    }
    case "heading":
      return make("p", { dir: "auto" }, make("strong", {}, ...showInline(block.children, newWindow)));
    case "paragraph":
      return make("p", { dir: "auto" }, ...showInline(block.children, newWindow));
  }
}

function showItem(blocks: Block[], newWindow: string): HTMLLIElement {
  const item = make("li", { dir: "auto" });
  for (const block of blocks) {
    // A one-paragraph item stays on the line of its mark.
    if (block.kind === "paragraph" && block === blocks[0]) item.append(...showInline(block.children, newWindow));
    else item.append(showBlock(block, newWindow));
  }
  return item;
}

function showInline(nodes: Inline[], newWindow: string): Node[] {
  return nodes.map((node) => {
    switch (node.kind) {
      case "text":
        return document.createTextNode(node.text);
      case "break":
        return make("br");
      case "code":
        return make("code", { dir: "ltr" }, node.text);
      case "link":
        return outwardLink(node.url, newWindow, ...showInline(node.children, newWindow));
      default:
        return make(node.kind, {}, ...showInline(node.children, newWindow));
    }
  });
}
