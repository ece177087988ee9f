// The order a person is making: tiers of positions, best first. Pure functions; every one returns a new order.
// Positions count from 0 in the order of presentation. `history` remembers in which sequence they were placed.

export const empty = () => ({ tiers: [], history: [] });

export const isPlaced = (order, position) => order.tiers.some(tier => tier.includes(position));

export const tierOf = (order, position) => order.tiers.findIndex(tier => tier.includes(position));

const without = (tiers, position) => tiers.map(tier => tier.filter(p => p !== position)).filter(tier => tier.length > 0);

const placedNow = (order, tiers, position) => ({ tiers, history: [...order.history.filter(p => p !== position), position] });

/** Takes a picture out; places below close up. */
export const takeOut = (order, position) => ({ tiers: without(order.tiers, position), history: order.history.filter(p => p !== position) });

/** Takes back the last placement. */
export const takeBack = order => order.history.length ? takeOut(order, order.history.at(-1)) : order;

/**
 * Gives the next place, or takes the picture out when it has one. With one place to give, another picture takes it
 * over; with all `places` given, nothing changes.
 */
export function place(order, position, places) {
  if (isPlaced(order, position)) { return takeOut(order, position); }
  if (places === 1) { return { tiers: [[position]], history: [position] }; }
  if (order.tiers.length >= places) { return order; }
  return placedNow(order, [...order.tiers, [position]], position);
}

/** Ties a picture with the last placed tier; alone in it, with the tier above. */
export function tie(order, position) {
  const at = tierOf(order, position);
  const last = order.tiers.length - 1;
  if (at === last && at >= 0 && order.tiers[at].length > 1) { return order; }
  return tieWith(order, position, at === last && at > 0 ? last - 1 : last);
}

/** Puts a picture into the tier with number `tier` (from 0). */
export function tieWith(order, position, tier) {
  if (order.tiers.length === 0) { return placedNow(order, [[position]], position); }
  if (tierOf(order, position) === tier) { return order; }
  const tiers = order.tiers.map((t, i) => i === tier ? [...t, position] : t.filter(p => p !== position));
  return placedNow(order, tiers.filter(t => t.length > 0), position);
}

/** Makes a tier of its own for a picture before the tier with number `gap` (from 0 to the number of tiers). */
export function insertAt(order, position, gap) {
  const tiers = order.tiers.map(tier => tier.filter(p => p !== position));
  tiers.splice(gap, 0, [position]);
  return placedNow(order, tiers.filter(t => t.length > 0), position);
}

/** Moves a placed picture one tier up (-1) or down (+1): out of a tie first, then past its neighbour. */
export function move(order, position, by) {
  const at = tierOf(order, position);
  if (at < 0) { return order; }
  if (order.tiers[at].length > 1) { return { ...insertAt(order, position, by < 0 ? at : at + 1), history: order.history }; }
  const to = at + by;
  if (to < 0 || to >= order.tiers.length) { return order; }
  const tiers = [...order.tiers];
  [tiers[at], tiers[to]] = [tiers[to], tiers[at]];
  return { ...order, tiers };
}

/** Keeps the first `places` tiers. */
export function limit(order, places) {
  const tiers = order.tiers.slice(0, places);
  return { tiers, history: order.history.filter(p => tiers.some(t => t.includes(p))) };
}

/** How many pairs of `count` pictures an order decides. */
export function comparisons(order, count) {
  let above = 0;
  let pairs = 0;
  for (const tier of order.tiers) {
    pairs += tier.length * (count - above - tier.length);
    above += tier.length;
  }
  return pairs;
}

/** What one more place would add. */
export const nextAdds = (order, count) => Math.max(0, count - order.history.length - 1);

/** The positions without a place. */
export const below = (order, count) => [...Array(count).keys()].filter(p => !isPlaced(order, p));

/** An order from what was stored; null when it does not fit. */
export function read(tiers, count) {
  if (!Array.isArray(tiers) || !tiers.every(tier => Array.isArray(tier) && tier.length > 0)) { return null; }
  const all = tiers.flat();
  const fits = all.every(p => Number.isInteger(p) && p >= 0 && p < count) && new Set(all).size === all.length;
  return fits ? { tiers: tiers.map(tier => [...tier]), history: all } : null;
}

export const same = (a, b) => JSON.stringify(a.tiers) === JSON.stringify(b.tiers);
