import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast, inkOn, parseColour, type Rgb } from "../src/colour";
import { mergeFace } from "../src/face";
import { checkOptions, mergeLook, readContact } from "../src/options";
import { textOn } from "../src/readable";

Object.defineProperty(globalThis, "location", { value: { href: "https://www.acme.example/boats/" }, configurable: true });
Object.defineProperty(globalThis, "Element", { value: class {}, configurable: true });

const REQUIRED = { tenantId: "acme", apiUrl: "https://api.example", token: "t" };

test("the seed's three options are enough", () => {
  assert.deepEqual(checkOptions(REQUIRED), { options: REQUIRED, mistakes: [] });
});

for (const input of [undefined, null, 7, "x", {}]) {
  test(`without options all three are named as missing: ${JSON.stringify(input)}`, () => {
    const { options, mistakes } = checkOptions(input);
    assert.equal(options, undefined);
    assert.deepEqual(mistakes.map((mistake) => mistake.split(" ")[0]).slice(0, 3), ['"tenantId"', '"apiUrl"', '"token"']);
  });
}

test("a wrong required option is named and nothing can be shown", () => {
  const { options, mistakes } = checkOptions({ ...REQUIRED, apiUrl: "api.example" });
  assert.equal(options, undefined);
  assert.deepEqual(mistakes, ['"apiUrl" has to be a whole http(s) address']);
});

const WRONG: [string, unknown][] = [
  ["primaryColor", "blurple"],
  ["companyName", 7],
  ["position", "middle"],
  ["avatarUrl", "javascript:alert(1)"],
  ["headerLogoUrl", {}],
  ["theme", "sepia"],
  ["locale", 1],
  ["contact", "me@example.com"],
  ["open", "yes"],
  ["container", 3],
  ["colour", "red"],
];
for (const [name, value] of WRONG) {
  test(`a wrong "${name}" is named and left out, the widget still comes`, () => {
    const { options, mistakes } = checkOptions({ ...REQUIRED, [name]: value });
    assert.deepEqual(options, REQUIRED);
    assert.equal(mistakes.length, 1);
    assert.ok(mistakes[0]?.startsWith(`"${name}" `), mistakes[0]);
  });
}

test("names that every object has are no options", () => {
  assert.deepEqual(checkOptions({ ...REQUIRED, toString: "x" }).mistakes, ['"toString" is not an option']);
});

test("d01 an embed option beats the tenant's setting, a setting beats the default", () => {
  const config = { name: "Acme", widget: { primaryColor: "#112233", position: "top-left", theme: "dark", locale: "he", greetingMessage: "Hello" } };
  const look = mergeLook({ ...REQUIRED, primaryColor: "#abc", locale: "de" }, config);
  assert.deepEqual(look, { brand: "#abc", position: "top-left", theme: "dark", locale: "de", direction: "ltr" });
  assert.equal(mergeLook(REQUIRED, config).direction, "rtl");
  assert.deepEqual(mergeLook(REQUIRED), { brand: "#2f536f", position: "bottom-right", theme: "auto", locale: "en", direction: "ltr" });
});

test("p06 left to the browser, the widget says which language its words are in", () => {
  const look = mergeLook(REQUIRED, { widget: { locale: "auto" } });
  assert.deepEqual([look.locale, look.direction], ["en", "ltr"]);
});

test("a setting that can't be used falls back to the default", () => {
  const look = mergeLook(REQUIRED, { widget: { primaryColor: "red; background: url(x)", position: "middle", theme: null, locale: null } });
  assert.deepEqual(look, mergeLook(REQUIRED));
});

test("d01 name, pictures and greeting: an option's picture is the page's, a setting's is the API's", () => {
  const config = { name: "Acme", widget: { avatarUrl: "/media/a.png", headerLogoUrl: "javascript:alert(1)", greetingMessage: "Hello", showBranding: false } };
  const face = mergeFace({ ...REQUIRED, companyName: "Acme Boats", headerWordmarkUrl: "mark.svg" }, config);
  assert.deepEqual(face, {
    name: "Acme Boats",
    avatarUrl: "https://api.example/media/a.png",
    logoUrl: "",
    wordmarkUrl: "https://www.acme.example/boats/mark.svg",
    greeting: "Hello",
    branding: false,
  });
});

test("a contact is taken without what isn't ours", () => {
  assert.deepEqual(readContact({ name: " Giulia ", email: "g@l.example", phone: null, admin: true }), { name: "Giulia", email: "g@l.example" });
  assert.equal(readContact({ name: 7 }), undefined);
  assert.equal(readContact("g@l.example"), undefined);
});

test("colours are read in both hex forms and in no other", () => {
  assert.deepEqual(parseColour("#1aF"), [17, 170, 255]);
  assert.deepEqual(parseColour("#7c1f26"), [124, 31, 38]);
  for (const wrong of ["#12", "#1234", "#12345", "7c1f26", "#gggggg", "#fff;}", "", undefined, 3]) assert.equal(parseColour(wrong), undefined);
});

test("text can be read on every brand colour, and every brand colour on every ground", () => {
  const grounds = { day: [238, 236, 231], night: [54, 51, 46] } as const;
  for (let red = 0; red <= 255; red += 51) {
    for (let green = 0; green <= 255; green += 51) {
      for (let blue = 0; blue <= 255; blue += 51) {
        const colour: Rgb = [red, green, blue];
        assert.ok(contrast(inkOn(colour), colour) >= 4.5, `ink on ${colour.join()}`);
        for (const ground of ["day", "night"] as const) {
          assert.ok(contrast(textOn(ground, colour), grounds[ground]) >= 4.5, `${colour.join()} by ${ground}`);
        }
      }
    }
  }
});
