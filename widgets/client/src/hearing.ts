/** An answer while it is being heard: its pieces are gathered, so that the page changes some times a second, not at every word. */

const PACE_MS = 40;

/** `show` is given all that was heard so far, until the signal ends it. */
export function gather(show: (text: string) => void, over: AbortSignal): (piece: string) => void {
  let text = "";
  let waiting = false;
  return (piece) => {
    text += piece;
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      if (!over.aborted) show(text);
    }, PACE_MS);
  };
}
