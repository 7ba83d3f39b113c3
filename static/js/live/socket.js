/** The dashboard's socket: told once, in order, what happens in the tenant, over any number of lost connections.
 *
 * It says what it hears in events of its own: `event` (the frame), `resync` (too much was missed: load afresh),
 * `ready` (connected again) and `state` ({state, behind?, seconds?}).
 */
import { accessToken, SignedOut } from "./token.js";
import { wait } from "./backoff.js";

const QUIET = 45_000; // ms without a frame; the server pings every 20 s
const ANSWER = 5_000; // ms for a ping's answer
const GRACE = 3_000; // ms for events that a ping announced
const RENEW = 60_000; // ms before a token ends
const STEADY = 5_000; // ms after which a connection counts as one that holds
const CROWDED = 4429;

export class TenantSocket extends EventTarget {
  #url;
  #seq; // the last event that was heard
  #head = 0; // the last event that there is
  #socket = null;
  #round = 0; // callbacks of an older connection find that it isn't theirs any more
  #joined = false;
  #tries = 0;
  #timers = {};

  constructor(url, seq) {
    super();
    this.#url = url;
    this.#seq = seq;
  }

  async open() {
    this.#drop();
    const round = this.#round;
    this.#tell("reconnecting");
    let access;
    try {
      access = await accessToken();
    } catch (error) {
      if (round !== this.#round) return;
      if (error instanceof SignedOut) this.#tell("signed-out");
      else this.#retry();
      return;
    }
    if (round === this.#round) this.#connect(round, access);
  }

  /** The page is looked at again, or the network is back: be sure of the connection now. */
  wake() {
    if (this.#timers.retry) this.open();
    else if (this.#socket?.readyState === WebSocket.OPEN && !this.#timers.answer) {
      this.#send({ type: "ping" });
      this.#after("answer", ANSWER, () => this.open());
    }
  }

  /** Tell the server something in passing: lost where there is no connection. */
  mention(frame) {
    if (this.#joined) this.#send(frame);
  }

  #connect(round, { token, lifetime }) {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    const mine = (act) => (event) => round === this.#round && act(event);
    socket.onopen = mine(() => this.#send({ type: "auth", token, since: this.#seq }));
    socket.onmessage = mine((event) => this.#hear(JSON.parse(event.data)));
    socket.onclose = mine((event) => this.#lost(event.code));
    this.#watch();
    this.#renewBefore(lifetime);
  }

  #hear(frame) {
    this.#watch();
    this.#stop("answer");
    if (frame.type === "auth:ok") this.#welcome(frame);
    else if (frame.type === "ping" || frame.type === "pong") this.#learn(frame.seq);
    else if (frame.type === "resync") {
      this.#seq = this.#head;
      this.#say("resync");
      this.#progress();
    } else if (frame.type !== "error") this.#take(frame);
  }

  #welcome({ seq }) {
    if (this.#joined) return; // a renewed token
    this.#joined = true;
    this.#after("steady", STEADY, () => {
      this.#tries = 0;
    });
    this.#head = seq;
    this.#seq ??= seq;
    this.#say("ready");
    this.#progress();
  }

  #take(frame) {
    if (frame.seq === undefined) {
      this.#say("event", frame);
      return;
    }
    if (frame.seq <= this.#seq) return;
    if (frame.seq > this.#seq + 1) {
      this.open(); // a gap: ask for everything since the last one that was heard
      return;
    }
    this.#seq = frame.seq;
    this.#head = Math.max(this.#head, frame.seq);
    this.#say("event", frame);
    this.#progress();
  }

  #learn(head) {
    this.#head = Math.max(this.#head, head);
    this.#progress();
  }

  #progress() {
    const behind = this.#head - this.#seq;
    this.#stop("behind");
    if (behind > 0) {
      this.#tell("catching-up", { behind });
      this.#after("behind", GRACE, () => this.open());
    } else this.#tell("live");
  }

  #renewBefore(lifetime) {
    this.#after("renew", Math.max(lifetime / 2, lifetime - RENEW), () => this.#renew());
  }

  async #renew() {
    const round = this.#round;
    try {
      const { token, lifetime } = await accessToken();
      if (round !== this.#round) return;
      this.#send({ type: "auth", token });
      this.#renewBefore(lifetime);
    } catch {
      if (round === this.#round) this.#after("renew", RENEW / 4, () => this.#renew());
    }
  }

  #lost(code) {
    if (code === CROWDED) this.#tries = 10;
    this.#retry();
  }

  #retry() {
    this.#drop();
    const due = Date.now() + wait(this.#tries++);
    const count = () => {
      const left = due - Date.now();
      if (left <= 0) {
        this.open();
        return;
      }
      this.#tell("offline", { seconds: Math.ceil(left / 1000) });
      this.#after("retry", Math.min(left, 1000), count);
    };
    count();
  }

  /** Give the connection up, with all that was waiting for it. */
  #drop() {
    this.#round += 1;
    this.#joined = false;
    for (const name of Object.keys(this.#timers)) this.#stop(name);
    this.#socket?.close();
    this.#socket = null;
  }

  #watch() {
    this.#after("quiet", QUIET, () => this.open());
  }

  #send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #after(name, ms, act) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(() => {
      delete this.#timers[name];
      act();
    }, ms);
  }

  #stop(name) {
    clearTimeout(this.#timers[name]);
    delete this.#timers[name];
  }

  #tell(state, more = {}) {
    this.#say("state", { state, ...more });
  }

  #say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
