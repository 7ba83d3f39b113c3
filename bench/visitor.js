// A visitor in the page itself: a driver from outside would add tasks of its own to those that are measured.
// Each act is marked in the browser's trace; the address's hash says which visit this is.
{
  const part = (name) => document.querySelector("autochat-widget")?.shadowRoot.querySelector(`[data-part="${name}"]`);
  const answers = () => part("log")?.querySelectorAll('[data-author="assistant"]:not([data-partial])').length ?? 0;
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  // Looking takes microseconds, every 20 ms.
  async function until(look) {
    while (!look()) await pause(20);
    await pause(300); // what follows, such as painting it, belongs to the act
  }

  const acts = {
    nothing: () => pause(500),
    load: () => until(() => part("launcher")),
    async open() {
      part("launcher").click();
      await until(() => part("input")?.checkVisibility());
    },
    async say(text) {
      const before = answers();
      part("input").value = text;
      part("input").dispatchEvent(new Event("input", { bubbles: true }));
      part("send").click();
      await until(() => answers() > before);
    },
    back: () => until(() => answers() === 2),
  };

  const visits = {
    "#bare": [["floor", acts.nothing]],
    "#first": [["load", acts.load], ["open", acts.open], ["message", acts.say, "Hello"], ["answer", acts.say, "Tell me all"]],
    "#again": [["return", acts.load], ["reopen", acts.open], ["transcript", acts.back]],
  };

  (async () => {
    for (const [name, act, ...given] of visits[location.hash]) {
      performance.mark(`begin:${name}`);
      await act(...given);
      performance.mark(`end:${name}`);
      await pause(0); // the next act begins with a task of its own
    }
    console.log("visited");
  })().catch((error) => console.log(`failed: ${error}`));
}
