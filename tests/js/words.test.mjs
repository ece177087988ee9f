import assert from "node:assert/strict";
import test from "node:test";
import * as order from "../../wwwroot/js/rate/order.js";
import { ordinal, spoken, tileName, tileNote } from "../../wwwroot/js/rate/words.js";

const of = (...positions) => positions.reduce((o, p) => order.place(o, p, 12), order.empty());

test("ordinals read as English does", () => {
  assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21, 22].map(ordinal), ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd"]);
});

test("placing, tying and taking out are said aloud", () => {
  const two = of(1, 4);
  assert.equal(spoken(of(1), two, 4, 6), "Picture 5 placed second. 9 comparisons.");
  assert.equal(spoken(two, order.tie(two, 3), 3, 6), "Picture 4 tied second with picture 5. 11 comparisons.");
  const three = of(1, 3, 4);
  assert.equal(spoken(three, order.takeOut(three, 3), 3, 6), "Picture 4 taken out. Picture 5 is now second.");
  assert.equal(spoken(of(1), order.empty(), 1, 6), "Picture 2 taken out.");
});

test("a tile is named by number, place and key", () => {
  assert.equal(tileName(of(1), 1, "2"), "Picture 2. 1st. Key 2.");
  assert.equal(tileName(order.tie(of(1), 2), 2, "3"), "Picture 3. 1st, tied. Key 3.");
  assert.equal(tileName(order.empty(), 0, ""), "Picture 1. Not placed.");
});

test("the line under a tile gives its place, or the place a click would give", () => {
  assert.deepEqual(tileNote(of(1), 1, false, 3), { strong: "1st", text: " place" });
  assert.deepEqual(tileNote(of(1), 2, true, 3), { strong: "", text: "Click for 2nd" });
  assert.deepEqual(tileNote(of(1, 2, 3), 4, true, 3), { strong: "", text: "" });
});
