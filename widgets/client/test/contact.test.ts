import assert from "node:assert/strict";
import { test } from "node:test";
import { checkField, missingFields } from "../src/contact";
import { panelWords } from "../src/strings";

const words = panelWords("en").form;

test("d02 only what the tenant asks for and nobody has told is asked", () => {
  assert.deepEqual(missingFields(["email", "name"], {}), ["name", "email"]);
  assert.deepEqual(missingFields(["name", "email"], { email: "g@l.example" }), ["name"]);
  assert.deepEqual(missingFields(["shoe_size"], {}), []);
  assert.deepEqual(missingFields(undefined, {}), []);
});

for (const good of ["g@l.it", "giulia.l+boats@mail.lombardi.co.uk", "jörg@müller.example", "a@xn--mller-kva.example"]) {
  test(`d02 an address is taken: ${good}`, () => assert.equal(checkField("email", ` ${good} `, words), ""));
}

test("d02 an unfinished address is told how it could end", () => {
  assert.equal(checkField("email", "giulia@lombardi", words), "The part after the @ looks unfinished, for example lombardi.com");
  assert.equal(checkField("email", "giulia@lombardi.", words), "The part after the @ looks unfinished, for example lombardi.com");
  assert.equal(checkField("email", "giulia@", words), "The part after the @ looks unfinished, for example example.com");
  assert.equal(checkField("email", "giulia@127.0.0.1", words).startsWith("The part after the @ looks unfinished"), true);
});

for (const wrong of ["", "giulia", "@lombardi.it", "a@b@c.it", "a b@c.it", "a@c,it.x"]) {
  test(`d02 no address: ${JSON.stringify(wrong)}`, () => assert.notEqual(checkField("email", wrong, words), ""));
}

test("d02 a name is anything, a phone number has digits", () => {
  assert.equal(checkField("name", "李", words), "");
  assert.equal(checkField("name", "  ", words), words.nameMissing);
  assert.equal(checkField("phone", "+44 (0)1604 23", words), "");
  assert.equal(checkField("phone", "none", words), words.phoneMissing);
});
