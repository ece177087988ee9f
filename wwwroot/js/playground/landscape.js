// Paints a landscape as filled contours in the colours of the present theme.

import { token } from "../figure.js";
import { label, ticks } from "./scale.js";

const bands = 10;

// "#rrggbb" as three numbers.
const channels = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));

/**
 * The contours as an image. Shades run from 0, the lowest value and the strongest colour, to 65535, row by row from
 * the bottom; between samples they are interpolated, and bands meet in a thin smooth line.
 */
function contours(shades, samples, size) {
  const image = new ImageData(size, size);
  const colours = Array.from({ length: bands }, (_, i) => channels(token(`--seq-${bands - 1 - i}`)));
  const line = channels(token("--surface"));
  const column = Float32Array.from({ length: size + 1 }, (_, i) => Math.min(i, size - 1) * (samples - 1) / (size - 1));
  const rowOf = at => {
    const v = (samples - 1) - column[Math.min(at, size - 1)], r = Math.min(Math.floor(v), samples - 2), b = v - r;
    const out = new Float32Array(size + 1);
    for (let i = 0; i <= size; i++) {
      const c = Math.min(Math.floor(column[i]), samples - 2), a = column[i] - c, k = r * samples + c;
      out[i] = ((1 - b) * ((1 - a) * shades[k] + a * shades[k + 1]) + b * ((1 - a) * shades[k + samples] + a * shades[k + samples + 1])) * bands / 65535;
    }
    return out;
  };
  let here = rowOf(0);
  for (let row = 0, at = 0; row < size; row++) {
    const below = rowOf(row + 1);
    for (let i = 0; i < size; i++, at += 4) {
      const shade = here[i], slope = Math.max(1e-6, Math.hypot(here[i + 1] - shade, below[i] - shade));
      const level = Math.round(shade), signed = (shade - level) / slope;
      const lower = colours[Math.min(bands - 1, Math.max(0, level - 1))], upper = colours[Math.min(bands - 1, Math.max(0, level))];
      const inside = level > 0 && level < bands, mix = inside ? Math.min(1, Math.max(0, signed + 0.5)) : Math.floor(shade) >= level ? 1 : 0;
      const trace = inside ? 0.22 * Math.min(1, Math.max(0, 1.1 - Math.abs(signed))) : 0;
      for (let k = 0; k < 3; k++) {
        const ground = lower[k] + (upper[k] - lower[k]) * mix;
        image.data[at + k] = ground + (line[k] - ground) * trace;
      }
      image.data[at + 3] = 255;
    }
    here = below;
  }
  return image;
}

/** Paints map, axes and minima onto a canvas; everything that does not move. */
export function paint(canvas, relief, place, ratio) {
  const context = canvas.getContext("2d"), { shades, samples, lower, upper, minima } = relief, { x, y, size } = place;
  const pixels = Math.round(size * ratio), sheet = new OffscreenCanvas(pixels, pixels);
  sheet.getContext("2d").putImageData(contours(shades, samples, pixels), 0, 0);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.width / ratio, canvas.height / ratio);
  context.save();
  context.beginPath();
  context.roundRect(x, y, size, size, 8);
  context.clip();
  context.drawImage(sheet, x, y, size, size);
  context.restore();

  const toX = value => x + size * (value - lower) / (upper - lower), toY = value => y + size * (upper - value) / (upper - lower);
  context.font = `11px ${token("--font-sans")}`;
  context.fillStyle = token("--plot-axis");
  for (const value of ticks(lower, upper)) {
    context.textAlign = "center";
    context.textBaseline = "top";
    context.fillText(label(value), toX(value), y + size + 6);
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.fillText(label(value), x - 7, toY(value));
  }
  context.textAlign = "center";
  context.fillText("x₁", x + size / 2, y + size + 26);
  // The name of the vertical axis stands above its highest number, or below it where there is no room.
  const highest = toY(ticks(lower, upper).at(-1));
  context.textAlign = "right";
  context.fillText("x₂", x - 7, highest - y > 20 ? y + 6 : highest + 18);

  for (let i = 0; i < minima.length; i += 2) {
    const cx = toX(minima[i]), cy = toY(minima[i + 1]);
    for (const [width, colour] of [[4, "rgb(0 0 0 / .45)"], [1.8, "#fff"]]) {
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.lineCap = "round";
      context.beginPath();
      context.moveTo(cx - 4.5, cy);
      context.lineTo(cx + 4.5, cy);
      context.moveTo(cx, cy - 4.5);
      context.lineTo(cx, cy + 4.5);
      context.stroke();
    }
  }
  return { toX, toY, fromX: px => lower + (upper - lower) * (px - x) / size, fromY: py => upper - (upper - lower) * (py - y) / size };
}
