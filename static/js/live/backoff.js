/** How long to wait before the next try: any time up to a limit that doubles, so that many pages don't return as one. */

const BASE = 500; // ms
const CAP = 15_000; // ms

export function wait(tries, random = Math.random) {
  return random() * Math.min(CAP, BASE * 2 ** tries);
}
