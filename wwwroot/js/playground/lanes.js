// The runs of a race as numbers: what the server packed, where each run is at a time, and paths in pixels. No DOM here.

/**
 * The runs of a packet: for each x, y and evaluations of its points, then x and y of its candidates (4 bytes each).
 * @param {Uint8Array} bytes
 * @param {{name: string, points: number, candidates: number, lost: string | null}[]} heads
 */
export function unpack(bytes, heads) {
  const buffer = bytes.slice().buffer;
  let at = 0;
  const take = (type, count) => {
    const numbers = new type(buffer, at, count);
    at += 4 * count;
    return numbers;
  };
  return heads.map((head, cycle) => ({
    ...head, cycle,
    x: take(Float32Array, head.points), y: take(Float32Array, head.points), evaluations: take(Int32Array, head.points),
    samples: take(Float32Array, 2 * head.candidates),
  }));
}

/** When a run is at its point i. */
export const timeOf = (lane, i, byRounds) => (byRounds ? i : lane.evaluations[i]);

/** When the last run ends. */
export const total = (lanes, byRounds) => Math.max(0, ...lanes.map(lane => timeOf(lane, lane.points - 1, byRounds)));

/** The last point that a run has reached at a time. */
export function indexAt(lane, time, byRounds) {
  let low = 0, high = lane.points - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (timeOf(lane, middle, byRounds) <= time) { low = middle; } else { high = middle - 1; }
  }
  return low;
}

/** How far a run is from its point i to the next, 0 to 1. */
export function partAt(lane, i, time, byRounds) {
  if (i >= lane.points - 1) { return 0; }
  const from = timeOf(lane, i, byRounds), to = timeOf(lane, i + 1, byRounds);
  return Math.min(1, Math.max(0, (time - from) / (to - from)));
}

/** The next time, forward or back, at which some run finishes a round. */
export function nextStep(lanes, time, byRounds, forward) {
  const ends = lanes.map(lane => {
    const i = indexAt(lane, time, byRounds), here = timeOf(lane, i, byRounds);
    if (forward) { return i < lane.points - 1 ? timeOf(lane, i + 1, byRounds) : Infinity; }
    return here < time ? here : i > 0 ? timeOf(lane, i - 1, byRounds) : 0;
  });
  const step = forward ? Math.min(...ends) : Math.max(...ends);
  return Number.isFinite(step) ? step : time;
}

const longest = 4000;

/**
 * A path in pixels without points that would not be seen: kept are those at least half a pixel from the one before,
 * with their index. A step off the map is cut, in its direction.
 */
export function pathOf(lane, toX, toY) {
  const px = [], py = [], index = [];
  for (let i = 0; i < lane.points; i++) {
    let x = toX(lane.x[i]), y = toY(lane.y[i]);
    if (px.length) {
      const dx = x - px.at(-1), dy = y - py.at(-1), length = Math.hypot(dx, dy);
      if (length < 0.5 && i < lane.points - 1) { continue; }
      if (length > longest) {
        x = px.at(-1) + dx * longest / length;
        y = py.at(-1) + dy * longest / length;
      }
    }
    px.push(x);
    py.push(y);
    index.push(i);
  }
  return { px, py, index };
}
