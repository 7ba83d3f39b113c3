/** Keeps times in words true while the page stays open, in the tenant's time zone. The server says the same words first. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const JUST_NOW = 45; // seconds
const REFRESH = 20_000; // ms
const root = document.documentElement;

// plain “en” would put the month first; the server's “3 April” is the British order
const language = root.lang === "en" ? "en-GB" : root.lang;

function format(date, options) {
  return new Intl.DateTimeFormat(language, { timeZone: root.dataset.timezone || undefined, ...options }).format(date);
}

function year(date) {
  return format(date, { year: "numeric" });
}

function dayNumber(date) {
  const [y, m, d] = new Intl.DateTimeFormat("en-CA", { timeZone: root.dataset.timezone || undefined }).format(date).split("-");
  return Date.UTC(y, m - 1, d) / (DAY * 1000);
}

/** “3 April”, with the year when it is not this one. */
export function day(date, now = new Date()) {
  return format(date, { day: "numeric", month: "long", ...(year(date) !== year(now) && { year: "numeric" }) });
}

/** “3 min ago”, “in 23 days”. */
export function ago(date, now = new Date()) {
  const seconds = (now - date) / 1000;
  const size = Math.abs(seconds);
  let words;
  if (size < JUST_NOW) return "just now";
  if (size < 59.5 * MINUTE) words = `${Math.round(size / MINUTE) || 1} min`;
  else if (size < 23.5 * HOUR) words = `${Math.round(size / HOUR)} h`;
  else if (size < 30.5 * DAY) words = Math.round(size / DAY) === 1 ? "1 day" : `${Math.round(size / DAY)} days`;
  else return day(date, now);
  return seconds > 0 ? `${words} ago` : `in ${words}`;
}

/** “due in 3 min”, “due in a moment”, and “due now” however long that has been so. */
export function due(date, now = new Date()) {
  const seconds = (date - now) / 1000;
  if (seconds <= 0) return "due now";
  return seconds < JUST_NOW ? "due in a moment" : `due ${ago(date, now)}`;
}

/** “14:31” for today, “Mon” within the week, “3 Apr” before that. */
export function clock(date, now = new Date()) {
  const days = dayNumber(now) - dayNumber(date);
  if (days === 0) return format(date, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (days > 0 && days <= 6) return format(date, { weekday: "short" });
  return format(date, { day: "numeric", month: "short", ...(year(date) !== year(now) && { year: "numeric" }) });
}

function refresh() {
  if (document.hidden) return;
  const now = new Date();
  for (const time of document.querySelectorAll("time[data-ago], time[data-clock], time[data-due]")) {
    const say = "ago" in time.dataset ? ago : "due" in time.dataset ? due : clock;
    const words = say(new Date(time.dateTime), now);
    if (time.textContent !== words) time.textContent = words;
  }
}

setInterval(refresh, REFRESH);
document.addEventListener("visibilitychange", refresh);
