/** What the server takes, as it counts it. */

export const MESSAGE_LIMIT = 4_000; // Unicode code points

/** Characters as the server counts them: an emoji is one, not two. */
export function countCharacters(text: string): number {
  return [...text].length;
}

/** A text without what the server must refuse: NUL, and halves of a character. */
export function cleanText(text: string): string {
  return text.replaceAll("\0", "").replace(/\p{Surrogate}/gu, "\ufffd");
}
