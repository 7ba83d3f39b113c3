import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInline, parseMarkdown, safeUrl, type Block, type Inline } from "../src/markdown";

const text = (value: string): Inline => ({ kind: "text", text: value });

test("p01 paragraphs, line breaks, bold, italic and code", () => {
  assert.deepEqual(parseMarkdown("One **bold**\ntwo *em* and `a*b`\n\nThree"), [
    {
      kind: "paragraph",
      children: [
        text("One "),
        { kind: "strong", children: [text("bold")] },
        { kind: "break" },
        text("two "),
        { kind: "em", children: [text("em")] },
        text(" and "),
        { kind: "code", text: "a*b" },
      ],
    },
    { kind: "paragraph", children: [text("Three")] },
  ]);
});

test("p01 lists, in order or not, one inside the other", () => {
  const [list] = parseMarkdown("3. first\n4. second\n   - inner\n   - more\n5. third") as [Extract<Block, { kind: "list" }>];
  assert.equal(list.ordered, true);
  assert.equal(list.start, 3);
  assert.equal(list.items.length, 3);
  const inner = list.items[1]?.[1];
  assert.equal(inner?.kind, "list");
  assert.deepEqual(inner?.kind === "list" && inner.items.length, 2);
});

test("a list's items may stand apart, and a paragraph ends it", () => {
  const blocks = parseMarkdown("- one\n\n- two\n\nAfter");
  assert.deepEqual(blocks.map((block) => block.kind), ["list", "paragraph"]);
  assert.equal(blocks[0]?.kind === "list" && blocks[0].items.length, 2);
});

test("a code block keeps every character, also when it never ends", () => {
  assert.deepEqual(parseMarkdown("```js\nif (a < b) **x**\n\n  y\n```\nz")[0], { kind: "code", text: "if (a < b) **x**\n\n  y" });
  assert.deepEqual(parseMarkdown("```\n<script>"), [{ kind: "code", text: "<script>" }]);
});

test("headings are paragraphs in bold, rules and quotes only lose their signs", () => {
  assert.deepEqual(parseMarkdown("## Prices\n---\n> quoted").map((block) => block.kind), ["heading", "paragraph"]);
  assert.deepEqual(parseMarkdown("> quoted")[0], { kind: "paragraph", children: [text("quoted")] });
});

test("words with underscores and sums with stars stay as they are", () => {
  for (const plain of ["snake_case_name", "2 * 3 * 4", "a ** b", "*", "**", "5 < 6", "[not a link]", "100%_"]) {
    assert.deepEqual(parseInline(plain), [text(plain)]);
  }
});

test("bold in italic and italic in bold", () => {
  assert.deepEqual(parseInline("**a *b* c**"), [{ kind: "strong", children: [text("a "), { kind: "em", children: [text("b")] }, text(" c")] }]);
  assert.deepEqual(parseInline("*a **b** c*"), [{ kind: "em", children: [text("a "), { kind: "strong", children: [text("b")] }, text(" c")] }]);
});

test("a backslash keeps a sign from meaning anything", () => {
  assert.deepEqual(parseInline("\\*not em\\* \\[x\\](y)"), [text("*not em* [x](y)")]);
});

test("links: named, bare, in angle brackets", () => {
  const link = (url: string, name: string): Inline => ({ kind: "link", url, children: [text(name)] });
  assert.deepEqual(parseInline("[page](https://a.example/x_(y))"), [link("https://a.example/x_(y)", "page")]);
  assert.deepEqual(parseInline("see https://a.example/b_c_d."), [text("see "), link("https://a.example/b_c_d", "https://a.example/b_c_d"), text(".")]);
  assert.deepEqual(parseInline("(https://a.example/b)"), [text("("), link("https://a.example/b", "https://a.example/b"), text(")")]);
  assert.deepEqual(parseInline("<me@a.example>"), [link("mailto:me@a.example", "me@a.example")]);
  assert.deepEqual(parseInline('[call](tel:+441234 "title")'), [link("tel:+441234", "call")]);
});

const HOSTILE = [
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  " javascript:alert(1)",
  "java\nscript:alert(1)",
  "java\tscript:alert(1)",
  "\u0001javascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x",
  "file:///etc/passwd",
  "blob:https://a.example/x",
  "http://a.example",
  "//a.example",
  "/path",
  "https://user:secret@a.example/",
  "https://a.example/\u202egnp.exe",
  "https:// a.example",
  "https:\\\\a.example",
  "https://",
  "mailto:a@b\r\nbcc:c@d",
  "",
];
for (const url of HOSTILE) {
  test(`a link never leads to ${JSON.stringify(url)}`, () => {
    assert.equal(safeUrl(url), undefined);
    const links = collect(parseMarkdown(`[x](${url}) <${url}>`), "link");
    assert.deepEqual(links.filter((link) => !/^(https|mailto|tel):/.test(link.url)), []);
  });
}

test("pictures are never fetched: their description stands for them", () => {
  assert.deepEqual(parseInline("![a boat](https://evil.example/p.png)"), [text("a boat")]);
});

test("HTML is text", () => {
  const html = "<img src=x onerror=alert(1)><b>x</b>";
  assert.deepEqual(parseInline(html), [text(html)]);
});

test("a link in a link is one link", () => {
  const links = collect(parseMarkdown("[see https://b.example now](https://a.example)"), "link");
  assert.deepEqual(links.map((link) => link.url), ["https://a.example/"]);
});

for (const piece of ["*", "**a ", "_a", "[", "[a](", "`", "<", "![", "- ", "  - a\n", "\n", "> ", "# ", "# " + " ".repeat(50), "```\n", "(https://a.example", "https://a.example/(", "\\", "1. a\n\n\n", "[a](https://a.example/(((", "~~~", "*a **b "]) {
  test(`20,000 characters of ${JSON.stringify(piece)} are read without delay`, () => {
    const began = performance.now();
    parseMarkdown(piece.repeat(Math.ceil(20_000 / piece.length)));
    // Generous, because machines are shared: what it must catch takes minutes.
    assert.ok(performance.now() - began < 2_000, `${performance.now() - began} ms`);
  });
}

test("nesting has a floor", () => {
  const deep = Array.from({ length: 200 }, (_, level) => `${" ".repeat(level * 2)}- x`).join("\n");
  assert.ok(depth(parseMarkdown(deep)) < 10);
});

function collect(blocks: Block[], kind: "link"): Extract<Inline, { kind: "link" }>[] {
  const found: Extract<Inline, { kind: "link" }>[] = [];
  const walk = (nodes: (Block | Inline)[]): void => {
    for (const node of nodes) {
      if (node.kind === kind) found.push(node);
      if ("children" in node) walk(node.children);
      if (node.kind === "list") node.items.forEach(walk);
    }
  };
  walk(blocks);
  return found;
}

function depth(blocks: Block[]): number {
  return Math.max(0, ...blocks.map((block) => (block.kind === "list" ? 1 + Math.max(0, ...block.items.map(depth)) : 0)));
}
