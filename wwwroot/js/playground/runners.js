// Draws what moves on the map: paths, the points that are compared, heads, and the start.

import { token } from "../figure.js";
import { indexAt, partAt } from "./lanes.js";

const dashes = [[], [7, 4], [], [2, 4], [], [9, 3, 2, 3]];
const markers = [
  "M0-4.500a4.500 4.500 0 1 1 0 9a4.500 4.500 0 1 1 0-9z", "M-4.200-4.200h8.400v8.400h-8.400z", "M0-5.800l5.800 5.800l-5.800 5.800l-5.800-5.800z",
  "M0-5.200l5.400 9.400h-10.800z", "M-2-6h4v4h4v4h-4v4h-4v-4h-4v-4h4z", "M0 5.200l5.400-9.400h-10.800z",
].map(d => new Path2D(d));

/** The colours of the present theme. */
export const palette = () => ({
  series: Array.from({ length: 8 }, (_, i) => token(`--series-${i + 1}`)),
  surface: token("--surface"), start: token("--start"), bad: token("--bad"), font: token("--font-sans"),
});

const edge = (value, low, high) => Math.min(high, Math.max(low, value));

/**
 * Draws all runs at a time.
 * @param {CanvasRenderingContext2D} context
 * @param {{lanes: object[], paths: object[], place: object, axes: object, byRounds: boolean, samples: boolean, start: number[], grabbed: boolean}} scene
 */
export function runners(context, scene, time, colours) {
  const { lanes, paths, place, axes, byRounds } = scene;
  context.save();
  context.beginPath();
  context.roundRect(place.x, place.y, place.size, place.size, 8);
  context.clip();
  context.lineJoin = "round";
  context.lineCap = "round";
  const heads = lanes.map((lane, n) => {
    const i = indexAt(lane, time, byRounds), part = partAt(lane, i, time, byRounds), path = paths[n], line = new Path2D();
    let k = 0;
    line.moveTo(path.px[0], path.py[0]);
    while (k + 1 < path.index.length && path.index[k + 1] <= i) {
      k++;
      line.lineTo(path.px[k], path.py[k]);
    }
    let x = path.px[k], y = path.py[k];
    if (k + 1 < path.index.length) {
      const share = (i + part - path.index[k]) / (path.index[k + 1] - path.index[k]);
      x += (path.px[k + 1] - x) * share;
      y += (path.py[k + 1] - y) * share;
      line.lineTo(x, y);
    }
    const colour = colours.series[lane.cycle % 8];
    context.setLineDash([]);
    context.strokeStyle = colours.surface;
    context.globalAlpha = 0.85;
    context.lineWidth = 4.6;
    context.stroke(line);
    context.globalAlpha = 1;
    context.setLineDash(dashes[lane.cycle % 6]);
    context.strokeStyle = colour;
    context.lineWidth = 2.1;
    context.stroke(line);
    return { lane, i, x, y, colour, over: i === lane.points - 1 };
  });
  context.setLineDash([]);
  if (scene.samples) {
    for (const { lane, i, colour, over } of heads) {
      if (over) { continue; }
      context.fillStyle = colour;
      context.strokeStyle = colours.surface;
      context.lineWidth = 1;
      for (let s = lane.evaluations[i]; s < lane.evaluations[i + 1]; s++) {
        if (!byRounds && s > time) { break; }
        context.beginPath();
        context.arc(axes.toX(lane.samples[2 * s]), axes.toY(lane.samples[2 * s + 1]), 2.8, 0, 7);
        context.stroke();
        context.fill();
      }
    }
  }
  context.restore();
  startDot(context, axes.toX(scene.start[0]), axes.toY(scene.start[1]), place, colours, scene.grabbed);
  for (const head of heads) { marker(context, head, place, colours); }
}

function marker(context, { lane, x, y, colour, over }, place, colours) {
  const cx = edge(x, place.x, place.x + place.size), cy = edge(y, place.y, place.y + place.size), outside = cx !== x || cy !== y;
  context.save();
  context.translate(cx, cy);
  if (over && lane.lost) {
    for (const [width, stroke] of [[6, colours.surface], [2.6, colour]]) {
      context.lineWidth = width;
      context.lineCap = "round";
      context.strokeStyle = stroke;
      context.stroke(new Path2D("M-5-5L5 5M5-5L-5 5"));
    }
    context.restore();
    words(context, lane.lost, edge(cx, place.x + 8, place.x + place.size - 8), cy, colours, place);
    return;
  }
  context.globalAlpha = outside ? 0.6 : 1;
  context.lineWidth = 1.8;
  context.strokeStyle = colours.surface;
  context.fillStyle = colour;
  context.fill(markers[lane.cycle % 6]);
  context.stroke(markers[lane.cycle % 6]);
  context.restore();
}

// Words beside a point, on the side where there is room.
function words(context, text, x, y, colours, place) {
  const right = x < place.x + place.size / 2;
  context.font = `600 12px ${colours.font}`;
  context.textAlign = right ? "left" : "right";
  context.textBaseline = "middle";
  context.lineWidth = 3.5;
  context.lineJoin = "round";
  context.strokeStyle = "rgb(19 25 27 / .78)";
  context.fillStyle = "#fff";
  const at = x + (right ? 12 : -12), level = edge(y, place.y + 12, place.y + place.size - 12);
  context.strokeText(text, at, level);
  context.fillText(text, at, level);
}

// Where all start: above the paths that leave it, below who is still there.
function startDot(context, x, y, place, colours, grabbed) {
  context.beginPath();
  context.arc(x, y, grabbed ? 8.5 : 6.5, 0, 7);
  context.fillStyle = colours.start;
  context.fill();
  context.lineWidth = 2.4;
  context.strokeStyle = "#fff";
  context.stroke();
  context.lineWidth = 1;
  context.strokeStyle = "rgb(19 25 27 / .55)";
  context.beginPath();
  context.arc(x, y, grabbed ? 10.2 : 8.2, 0, 7);
  context.stroke();
  words(context, "start", x, y, colours, place);
}
