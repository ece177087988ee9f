import assert from "node:assert/strict";
import test from "node:test";
import * as order from "../../wwwroot/js/rate/order.js";

const of = (...positions) => positions.reduce((o, p) => order.place(o, p, 12), order.empty());

test("pictures get places in the order they are clicked", () => {
  assert.deepEqual(of(1, 3, 4).tiers, [[1], [3], [4]]);
});

test("clicking a placed picture takes it out and closes up", () => {
  assert.deepEqual(order.place(of(1, 3, 4), 3, 12).tiers, [[1], [4]]);
});

test("a full order takes no further picture", () => {
  const full = of(0, 1, 2);
  assert.equal(order.place(full, 5, 3), full);
});

test("with one place to give the next click takes it over", () => {
  assert.deepEqual(order.place(order.place(order.empty(), 2, 1), 4, 1).tiers, [[4]]);
});

test("a tie joins the last tier", () => {
  assert.deepEqual(order.tie(of(1, 3), 4).tiers, [[1], [3, 4]]);
});

test("a tie without any placed picture is a first place", () => {
  assert.deepEqual(order.tie(order.empty(), 2).tiers, [[2]]);
});

test("tying the last placed picture joins it with the tier above", () => {
  assert.deepEqual(order.tie(of(1, 3, 4), 4).tiers, [[1], [3, 4]]);
  assert.deepEqual(order.tie(of(1), 1).tiers, [[1]]);
});

test("tying a picture that is tied in the last tier changes nothing", () => {
  const tied = order.tie(of(1, 3), 4);
  assert.equal(order.tie(tied, 3), tied);
});

test("dropping on a tier ties, dropping between tiers makes a new one", () => {
  assert.deepEqual(order.tieWith(of(1, 3, 4), 4, 0).tiers, [[1, 4], [3]]);
  assert.deepEqual(order.insertAt(of(1, 3), 5, 1).tiers, [[1], [5], [3]]);
  assert.deepEqual(order.insertAt(of(1, 3, 4), 1, 3).tiers, [[3], [4], [1]]);
});

test("moving leaves a tie first and then passes its neighbour", () => {
  const tied = order.tie(of(1, 3), 4);
  const split = order.move(tied, 4, -1);
  assert.deepEqual(split.tiers, [[1], [4], [3]]);
  assert.deepEqual(order.move(split, 4, -1).tiers, [[4], [1], [3]]);
  assert.deepEqual(order.move(of(1, 3), 1, -1).tiers, [[1], [3]]);
});

test("taking back undoes the last placement, whatever its tier", () => {
  const dropped = order.insertAt(of(1, 3), 5, 0);
  assert.deepEqual(order.takeBack(dropped).tiers, [[1], [3]]);
  assert.deepEqual(order.takeBack(order.empty()).tiers, []);
});

test("comparisons count the pairs that tiers and the rest decide", () => {
  assert.equal(order.comparisons(order.tie(of(1, 3), 4), 6), 11);
  assert.equal(order.comparisons(of(0, 1, 2), 6), 12);
  assert.equal(order.comparisons(of(0, 1, 2, 3, 4, 5), 6), 15);
  assert.equal(order.comparisons(order.empty(), 6), 0);
});

test("one more place adds the pairs with all that stay below it", () => {
  assert.equal(order.nextAdds(order.tie(of(1, 3), 4), 6), 2);
  assert.equal(order.comparisons(of(1, 3), 6) + order.nextAdds(of(1, 3), 6), order.comparisons(of(1, 3, 4), 6));
});

test("what every step makes is a weak order: nobody twice, no empty tier", () => {
  let o = order.empty();
  let seed = 7;
  const random = n => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % n; };
  for (let step = 0; step < 2000; step++) {
    const p = random(6);
    o = [() => order.place(o, p, 6), () => order.tie(o, p), () => order.move(o, p, random(2) * 2 - 1), () => order.takeBack(o),
      () => order.insertAt(o, p, random(o.tiers.length + 1)), () => order.tieWith(o, p, Math.max(0, random(o.tiers.length || 1)))][random(6)]();
    const all = o.tiers.flat();
    assert.ok(o.tiers.every(tier => tier.length > 0));
    assert.equal(new Set(all).size, all.length);
    assert.deepEqual([...o.history].sort(), [...all].sort());
  }
});

test("a stored order comes back, a foreign one does not", () => {
  assert.deepEqual(order.read([[1], [0, 2]], 3).tiers, [[1], [0, 2]]);
  for (const bad of [[[1], [1]], [[3]], [[]], "x", null, [["a"]]]) { assert.equal(order.read(bad, 3), null); }
});
