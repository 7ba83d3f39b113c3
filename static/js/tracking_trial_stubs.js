/** Stand-ins for every place that measures: they write down what they were called with, and when. */
{
  const arrivals = [];
  const heard = new EventTarget();
  const options = JSON.parse(document.getElementById("trial-options").textContent);
  const note = (what, given) => {
    arrivals.push({ what, given, at: performance.now() });
    heard.dispatchEvent(new Event("arrival"));
  };
  const call = (name) => (...given) => note(`call ${name}`, given);

  const layer = [];
  layer.push = (...entries) => {
    for (const entry of entries) if (entry?.event) note("call dataLayer", [entry]);
    return Array.prototype.push.apply(layer, entries);
  };
  window.dataLayer = layer;
  window.gtag = function gtag(...given) {
    layer.push(given);
    if (given[0] !== "consent") note("call gtag", given);
  };
  window.fbq = call("fbq");
  window.analytics = { track: call("analytics") };
  window.posthog = { capture: call("posthog") };
  window._paq = { push: call("_paq") };
  window.plausible = call("plausible");
  const { info } = console;
  console.info = (...given) => {
    note("call console", given);
    info(...given);
  };
  for (const name of [options.stable_event, options.event_type]) {
    window.addEventListener(name, (event) => note(`window ${name}`, [event.detail]));
  }
  if (options.consent) window.gtag("consent", "default", { analytics_storage: "denied", ad_storage: "denied" });
  window.trial = { arrivals, heard, options };
}
