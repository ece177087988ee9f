// What the page says about an order, in print and aloud. Pictures are numbered from 1.
import { comparisons, isPlaced, tierOf } from "./order.js";

const WORDS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"];

/** 1st, 2nd, 3rd, 4th, 11th, 21st. */
export function ordinal(place) {
  const tens = place % 100;
  const ending = tens >= 11 && tens <= 13 ? "th" : ["th", "st", "nd", "rd"][place % 10] ?? "th";
  return `${place}${ending}`;
}

export const inWords = place => WORDS[place - 1] ?? ordinal(place);

export const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

const picture = position => `picture ${position + 1}`;
const capital = text => text[0].toUpperCase() + text.slice(1);

const list = names => names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** The sentence for the change of one picture from one order to the next. */
export function spoken(before, after, position, count) {
  const pairs = `${plural(comparisons(after, count), "comparison", "comparisons")}.`;
  if (!isPlaced(after, position)) {
    const risen = after.tiers.flatMap((tier, i) => tier.filter(p => tierOf(before, p) > i).map(p => `${picture(p)} is now ${inWords(i + 1)}`));
    return `${capital(picture(position))} taken out.${risen.length ? ` ${capital(list(risen))}.` : ""}`;
  }
  const tier = tierOf(after, position);
  const others = after.tiers[tier].filter(p => p !== position);
  return others.length
    ? `${capital(picture(position))} tied ${inWords(tier + 1)} with ${list(others.map(picture))}. ${pairs}`
    : `${capital(picture(position))} placed ${inWords(tier + 1)}. ${pairs}`;
}

/** A tile's name: what it shows, its place, its key. */
export function tileName(order, position, key) {
  const tier = tierOf(order, position);
  const place = tier < 0 ? "Not placed" : order.tiers[tier].length > 1 ? `${ordinal(tier + 1)}, tied` : ordinal(tier + 1);
  return `${capital(picture(position))}. ${place}.${key ? ` Key ${key}.` : ""}`;
}

/** The line under a tile: its place in words, or what a click would give the picture that has the focus. */
export function tileNote(order, position, focused, places) {
  const tier = tierOf(order, position);
  if (tier < 0) {
    return focused && order.tiers.length < places ? { strong: "", text: `Click for ${ordinal(order.tiers.length + 1)}` } : { strong: "", text: "" };
  }
  return { strong: ordinal(tier + 1), text: order.tiers[tier].length > 1 ? " place, tied" : " place" };
}
