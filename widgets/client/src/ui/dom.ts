/** Building DOM without HTML strings and without inline styles. */

type Child = Node | string | undefined | false;
type Attributes = Record<string, string | number | boolean | undefined>;

const SVG = "http://www.w3.org/2000/svg";

/** Make an element; `true` writes an empty attribute, false and undefined leave it out. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return element;
}

/** A 16-pixel line drawing from its path. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  setAttributes(svg, { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" });
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Our mark: the square that answers, the circle that takes over. */
export function mark(): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  setAttributes(svg, { class: "mark", viewBox: "0 0 16 16", "aria-hidden": "true" });
  const square = document.createElementNS(SVG, "rect");
  setAttributes(square, { x: 1.5, y: 1.5, width: 9, height: 9, rx: 2.25 });
  const circle = document.createElementNS(SVG, "circle");
  setAttributes(circle, { cx: 10.75, cy: 10.75, r: 4.25 });
  svg.append(square, circle);
  return svg;
}

/** Write, change or remove attributes. */
export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** A style sheet that a page's content policy has no say in. */
export function sheet(css: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}
