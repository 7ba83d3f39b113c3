/** Runs one thing at a time: calls that come while it runs are one more run after it. */

/** `run` is awaited; a burst of calls within `ms` is one. */
export function calmly(run, ms) {
  let due;
  let busy = false;
  let again = false;
  const start = async () => {
    due = undefined;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      await run();
    } finally {
      busy = false;
      if (again) {
        again = false;
        call();
      }
    }
  };
  const call = () => {
    due ??= setTimeout(start, ms);
  };
  return call;
}
