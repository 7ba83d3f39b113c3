import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Session } from "../src/session";
import { Visit, makeMessageId } from "../src/visit";
import { useLocks, useStorage, type FakeStorage } from "./world";

let storage: FakeStorage;

beforeEach(() => {
  storage = useStorage();
  useLocks();
});

const visitOf = (tenant: string): Visit => new Visit(new Session(tenant));

test("d03 a session is 128 random bits, the same on the next page, another for another tenant", () => {
  const id = new Session("acme").id;
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.equal(new Session("acme").id, id);
  assert.notEqual(new Session("globex").id, id);
});

test("with storage blocked a session lives as long as the page", () => {
  storage.blocked = true;
  const session = new Session("acme");
  assert.equal(session.id, session.id);
  const visit = new Visit(session);
  visit.conversationId = "c1";
  assert.equal(visit.conversationId, "c1");
  assert.notEqual(new Session("acme").id, session.id);
});

for (const broken of ["{", "null", "7", '"text"', '{"sessionId": 7, "outbox": {}, "contact": "x"}', '{"sessionId": "short"}', '{"sessionId": "has spaces in it, and more"}']) {
  test(`what somebody else wrote into storage does no harm: ${broken}`, async () => {
    storage.items.set("autochat:acme", broken);
    const visit = visitOf("acme");
    assert.match(visit.sessionId, /^[0-9a-f]{32}$/);
    assert.deepEqual(visit.outbox, []);
    assert.deepEqual(visit.contact, {});
    assert.equal(visit.conversationId, undefined);
    assert.equal(visit.sessionId, visitOf("acme").sessionId);
  });
}

test("a tab's write keeps what another tab wrote meanwhile", () => {
  const [one, two] = [visitOf("acme"), visitOf("acme")];
  one.conversationId = "c1";
  two.saveContact({ name: "Giulia" });
  one.queue({ messageId: "m1", text: "Hello", at: 1 });
  two.finishTurn();
  assert.deepEqual([two.conversationId, one.contact, two.outbox.length, one.turns], ["c1", { name: "Giulia" }, 1, 1]);
});

test("a message waits in the outbox until it is taken out", () => {
  const visit = visitOf("acme");
  visit.queue({ messageId: "m1", text: "one", at: 1 });
  visit.queue({ messageId: "m2", text: "two", at: 2 });
  visit.unqueue("m1");
  visit.unqueue("unknown");
  assert.deepEqual(visitOf("acme").outbox, [{ messageId: "m2", text: "two", at: 2 }]);
  assert.equal(new Session("acme").isUnderWay, true);
  assert.equal(new Session("globex").isUnderWay, false);
});

test("p02 who the host page says it is beats what was typed, and isn't kept", () => {
  const visit = new Visit(new Session("acme"), () => ({ email: "giulia@acme.example" }));
  visit.saveContact({ name: "Giulia", email: "old@acme.example" });
  assert.deepEqual(visit.contact, { name: "Giulia", email: "giulia@acme.example" });
  assert.deepEqual(visitOf("acme").contact, { name: "Giulia", email: "old@acme.example" });
});

test("message ids differ and are made of what the server takes", () => {
  const ids = new Set(Array.from({ length: 500 }, makeMessageId));
  assert.equal(ids.size, 500);
  for (const id of ids) assert.match(id, /^[A-Za-z0-9_.-]{1,128}$/);
});
