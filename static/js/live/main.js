/** Keeps every page of the dashboard in step: one socket a page, heard by whoever listens for `live:` events. */
import { toast } from "../lib/toast.js";
import { recount, titled } from "./counts.js";
import "./held.js";
import { TenantSocket } from "./socket.js";
import { showState } from "./state.js";

function address() {
  return `${location.origin.replace("http", "ws")}/api/ws/tenant`;
}

function pass(name, detail) {
  document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
}

function signedOut() {
  const action = { label: "Sign in", run: () => location.reload() };
  toast({ text: "You are signed out. What you have written stays in this window.", kind: "bad", action });
}

function start() {
  const known = document.querySelector("[data-live-seq]")?.dataset.liveSeq;
  const socket = new TenantSocket(address(), known === undefined ? undefined : Number(known));
  socket.addEventListener("state", ({ detail }) => {
    showState(detail);
    if (detail.state === "signed-out") signedOut();
  });
  socket.addEventListener("event", ({ detail }) => {
    pass("event", detail);
    if (/^(conversation|message):/.test(detail.type)) recount();
  });
  socket.addEventListener("resync", () => {
    pass("resync");
    recount();
  });
  socket.addEventListener("ready", recount, { once: known !== undefined });
  document.addEventListener("live:mention", ({ detail }) => socket.mention(detail));
  addEventListener("online", () => socket.wake());
  addEventListener("offline", () => socket.wake());
  addEventListener("pageshow", (event) => event.persisted && socket.open());
  document.addEventListener("visibilitychange", () => document.hidden || socket.wake());
  socket.open();
}

if (document.getElementById("live-state")) {
  titled(Number(document.querySelector('.rail-nav a[data-go="i"] .count')?.textContent.replace("+", "") ?? 0));
  start();
}
