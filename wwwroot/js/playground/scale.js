// Numbers on the map's axes, and pixels of its square. No DOM here.

/** Round numbers between two ends, about as many as wanted. */
export function ticks(lower, upper, wanted = 5) {
  const raw = (upper - lower) / wanted, power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find(f => f * power >= raw * 0.999);
  const all = [];
  for (let i = Math.ceil(lower / step - 1e-9); i * step <= upper + 1e-9 * step; i++) {
    all.push(Number((i * step).toPrecision(12)));
  }
  return all;
}

/** A number as it stands on an axis, with a true minus sign. */
export const label = value => String(value).replace("-", "−");

/** A coordinate rounded to a thousandth of the map or less, so that addresses stay short. */
export function snap(value, lower, upper) {
  const digits = Math.max(0, 3 - Math.floor(Math.log10(upper - lower)));
  return Number(Math.min(upper, Math.max(lower, value)).toFixed(digits));
}

/** The largest square that fits, with room for the axes' numbers on the left and below. */
export function square(width, height) {
  const left = 34, bottom = 34, top = 8, right = 10;
  const size = Math.max(40, Math.floor(Math.min(width - left - right, height - top - bottom)));
  return { size, x: Math.round(left + (width - left - right - size) / 2), y: Math.round(top + (height - top - bottom - size) / 2) };
}
