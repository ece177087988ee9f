import assert from "node:assert/strict";
import test from "node:test";
import { indexAt, nextStep, partAt, pathOf, total, unpack } from "../../wwwroot/js/playground/lanes.js";
import { label, snap, square, ticks } from "../../wwwroot/js/playground/scale.js";

function packet() {
  const buffer = new ArrayBuffer(4 * (3 * 3 + 4) + 4 * 3 * 2);
  new Float32Array(buffer, 0, 6).set([0, 1, 2, 5, 6, 7]);
  new Int32Array(buffer, 24, 3).set([0, 6, 12]);
  new Float32Array(buffer, 36, 4).set([0.5, 1.5, 2.5, 3.5]);
  new Float32Array(buffer, 52, 4).set([9, 8, 9, 8]);
  new Int32Array(buffer, 68, 2).set([0, 1]);
  // As the circuit gives it: a view that begins anywhere.
  const shifted = new Uint8Array(buffer.byteLength + 3);
  shifted.set(new Uint8Array(buffer), 3);
  return unpack(shifted.subarray(3), [{ name: "A", points: 3, candidates: 2, lost: null }, { name: "B", points: 2, candidates: 0, lost: "diverged" }]);
}

test("a packet is read wherever its bytes lie", () => {
  const [a, b] = packet();
  assert.deepEqual([...a.x, ...a.y, ...a.evaluations, ...a.samples], [0, 1, 2, 5, 6, 7, 0, 6, 12, 0.5, 1.5, 2.5, 3.5]);
  assert.deepEqual([...b.x, ...b.y, ...b.evaluations], [9, 8, 9, 8, 0, 1]);
  assert.equal(b.cycle, 1);
});

test("time finds the last point that was reached and the way to the next", () => {
  const [a] = packet();
  assert.deepEqual([0, 5.9, 6, 11, 12, 99].map(t => indexAt(a, t, false)), [0, 0, 1, 1, 2, 2]);
  assert.equal(partAt(a, 1, 9, false), 0.5);
  assert.equal(partAt(a, 2, 12, false), 0);
  assert.equal(indexAt(a, 1.2, true), 1);
});

test("steps go to the next or last end of a round of anybody", () => {
  const lanes = packet();
  assert.equal(total(lanes, false), 12);
  assert.equal(nextStep(lanes, 0, false, true), 1);
  assert.equal(nextStep(lanes, 1, false, true), 6);
  assert.equal(nextStep(lanes, 12, false, true), 12);
  assert.equal(nextStep(lanes, 12, false, false), 6);
  assert.equal(nextStep(lanes, 7.5, false, false), 6);
  assert.equal(nextStep(lanes, 6, false, false), 1);
  assert.equal(nextStep(lanes, 1, false, false), 0);
  assert.equal(nextStep([], 0, false, true), 0);
});

test("a path drops what is not seen, keeps its end, and never runs far off the map", () => {
  const lane = { points: 5, x: [0, 0.1, 50, 1e9, 1e9], y: [0, 0, 0, 0, 0.1] };
  const path = pathOf(lane, x => x, y => y);
  assert.deepEqual(path.index, [0, 2, 3, 4]);
  assert.ok(Math.max(...path.px) < 10000);
});

test("axes have round numbers within their ends", () => {
  assert.deepEqual(ticks(-5, 5), [-4, -2, 0, 2, 4]);
  assert.deepEqual(ticks(-2.048, 2.048), [-2, -1, 0, 1, 2]);
  assert.deepEqual(ticks(-500, 500), [-400, -200, 0, 200, 400]);
  assert.equal(label(-2), "−2");
});

test("a start by hand stays on the map and its numbers are short", () => {
  assert.equal(snap(1.23456789, -5, 5), 1.23);
  assert.equal(snap(-7, -5.12, 5.12), -5.12);
  assert.equal(snap(123.456, -500, 500), 123);
});

test("the map is the largest square beside its axes", () => {
  const place = square(600, 400);
  assert.equal(place.size, 358);
  assert.ok(place.x >= 34 && place.x + place.size <= 590 && place.y >= 8);
});
