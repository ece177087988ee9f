import assert from "node:assert/strict";
import test from "node:test";
import { actionOf, capOf } from "../../wwwroot/js/rate/keys.js";

test("digits place by physical key, with Shift they tie", () => {
  assert.deepEqual(actionOf({ code: "Digit1", key: "&" }), { act: "place", position: 0 });
  assert.deepEqual(actionOf({ code: "Digit0", key: "0" }), { act: "place", position: 9 });
  assert.deepEqual(actionOf({ code: "Equal", key: "=" }), { act: "place", position: 11 });
  assert.deepEqual(actionOf({ code: "Numpad3", key: "3" }), { act: "place", position: 2 });
  assert.deepEqual(actionOf({ code: "Digit4", key: "$", shiftKey: true }), { act: "tie", position: 3 });
  assert.equal(capOf(10), "-");
});

test("letters follow what is printed on the key", () => {
  assert.deepEqual(actionOf({ code: "KeyW", key: "z" }), { act: "enlarge" });
  assert.deepEqual(actionOf({ code: "KeyN", key: "т" }), { act: "none" });
});

test("letters are silent while typing, with modifiers, on repeat, and when switched off", () => {
  const n = { code: "KeyN", key: "n" };
  assert.equal(actionOf(n, { typing: true }), null);
  assert.equal(actionOf({ ...n, ctrlKey: true }), null);
  assert.equal(actionOf({ ...n, repeat: true }), null);
  assert.equal(actionOf(n, { letters: false }), null);
});

test("Enter and Space belong to a button that has the focus", () => {
  assert.equal(actionOf({ key: "Enter", code: "Enter" }, { onButton: true }), null);
  assert.deepEqual(actionOf({ key: "Enter", code: "Enter" }), { act: "submit" });
  assert.deepEqual(actionOf({ key: " ", code: "Space" }), { act: "place-focused" });
});

test("Alt with the arrows moves a picture one tier", () => {
  assert.deepEqual(actionOf({ key: "ArrowUp", code: "ArrowUp", altKey: true }), { act: "rise" });
  assert.deepEqual(actionOf({ key: "ArrowUp", code: "ArrowUp" }), { act: "up", fine: false });
});
