// The playground's stage: plays a race on the map without asking the server, and tells it when the start is moved.

import { paint } from "./landscape.js";
import { nextStep, pathOf, total, unpack } from "./lanes.js";
import { listen } from "./page.js";
import { veil } from "./playhead.js";
import { palette, runners } from "./runners.js";
import { snap, square } from "./scale.js";

// A race at single speed takes so many seconds.
const duration = 8;

/** Takes over a map and its transport; gives what the server calls. */
export function mount(host, server) {
  const find = name => host.querySelector(`[data-act="${name}"]`), map = host.querySelector("[data-map]"), canvas = host.querySelector("[data-canvas]");
  const still = document.createElement("canvas"), quiet = matchMedia("(prefers-reduced-motion: reduce)"), life = new AbortController();
  const on = (target, type, act, options) => target.addEventListener(type, act, { signal: life.signal, ...options });
  const scene = { lanes: [], paths: [], place: null, axes: null, byRounds: false, samples: true, start: [0, 0], grabbed: false };
  let relief, colours = palette(), time = 0, end = 0, playing = false, speed = 1, last = 0, frame = 0, sending = false, next;

  const words = () => `${Math.round(time)} of ${Math.round(end)} ${scene.byRounds ? "rounds" : "evaluations"}`;

  function layout() {
    const { width, height } = map.getBoundingClientRect(), ratio = Math.min(devicePixelRatio || 1, 3);
    if (!relief || width < 60 || height < 60) { return; }
    canvas.width = still.width = Math.round(width * ratio);
    canvas.height = still.height = Math.round(height * ratio);
    scene.place = square(width, height);
    scene.axes = paint(still, relief, scene.place, ratio);
    scene.ratio = ratio;
    trace();
  }

  function trace() {
    scene.paths = scene.axes ? scene.lanes.map(lane => pathOf(lane, scene.axes.toX, scene.axes.toY)) : [];
    draw();
  }

  function draw() {
    if (!scene.axes) { return; }
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(still, 0, 0);
    context.setTransform(scene.ratio, 0, 0, scene.ratio, 0, 0);
    runners(context, scene, time, colours);
    const scrub = find("scrub");
    scrub.value = time;
    scrub.style.setProperty("--fill", `${end ? 100 * time / end : 0}%`);
    scrub.setAttribute("aria-valuetext", words());
    host.querySelector("[data-time]").textContent = Math.round(time);
    veil(time, end);
  }

  const redraw = () => { frame ||= requestAnimationFrame(tick); };

  function tick(now) {
    frame = 0;
    if (playing) {
      time = Math.min(end, time + Math.min(0.1, (now - last) / 1000) * speed * end / duration);
      last = now;
      if (time >= end) { play(false); } else { redraw(); }
    }
    draw();
  }

  function play(wanted) {
    playing = wanted && end > 0;
    if (playing && time >= end) { time = 0; }
    host.toggleAttribute("data-playing", playing);
    host.querySelector("[data-play-word]").textContent = playing ? "Pause" : "Run";
    last = performance.now();
    redraw();
  }

  function seek(to) {
    play(false);
    time = Math.min(end, Math.max(0, to));
    redraw();
  }

  const step = forward => seek(nextStep(scene.lanes, time, scene.byRounds, forward));

  async function send(plays) {
    next = plays;
    if (sending) { return; }
    sending = true;
    while (next !== undefined) {
      const now = next;
      next = undefined;
      try { await server.invokeMethodAsync("MoveAsync", scene.start[0], scene.start[1], now); } catch { /* no connection: the next move is sent when it is back */ }
    }
    sending = false;
  }

  function moveTo(x, y, plays) {
    const { lower, upper } = relief;
    scene.start = [snap(x, lower, upper), snap(y, lower, upper)];
    redraw();
    send(plays);
  }

  const within = event => {
    const box = canvas.getBoundingClientRect(), touch = event.touches?.[0] ?? event;
    return [touch.clientX - box.left, touch.clientY - box.top];
  };
  const nearStart = ([x, y]) => scene.axes && Math.hypot(x - scene.axes.toX(scene.start[0]), y - scene.axes.toY(scene.start[1])) < 18;
  const inside = ([x, y]) => scene.place && x >= scene.place.x && y >= scene.place.y && x <= scene.place.x + scene.place.size && y <= scene.place.y + scene.place.size;

  // A finger on the start drags it; anywhere else it scrolls the page, and a tap moves the start.
  on(canvas, "touchstart", event => { if (nearStart(within(event))) { event.preventDefault(); } }, { passive: false });
  on(canvas, "pointerdown", event => {
    if (event.button === 0 && nearStart(within(event))) {
      scene.grabbed = true;
      canvas.setPointerCapture(event.pointerId);
      play(false);
    }
  });
  on(canvas, "pointermove", event => {
    const at = within(event);
    canvas.style.cursor = scene.grabbed ? "grabbing" : nearStart(at) ? "grab" : inside(at) ? "crosshair" : "";
    if (scene.grabbed) { moveTo(scene.axes.fromX(at[0]), scene.axes.fromY(at[1]), false); }
  });
  let dragged = false;
  for (const type of ["pointerup", "pointercancel"]) {
    on(canvas, type, () => {
      dragged = scene.grabbed;
      scene.grabbed = false;
      redraw();
    });
  }
  on(canvas, "click", event => {
    const at = within(event);
    if (!dragged && inside(at)) { moveTo(scene.axes.fromX(at[0]), scene.axes.fromY(at[1]), true); }
    dragged = false;
    map.focus({ preventScroll: true });
  });
  on(map, "keydown", event => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (move && relief && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      const by = (relief.upper - relief.lower) / (event.shiftKey ? 10 : 100);
      moveTo(scene.start[0] + move[0] * by, scene.start[1] + move[1] * by, false);
    }
  });

  on(find("play"), "click", () => play(!playing));
  on(find("back"), "click", () => step(false));
  on(find("forward"), "click", () => step(true));
  on(find("scrub"), "input", event => seek(Number(event.target.value)));
  on(find("speed"), "change", event => { speed = Number(event.target.value); });
  on(find("samples"), "change", event => {
    scene.samples = event.target.checked;
    redraw();
  });
  listen(on, { toggle: () => play(!playing), step, first: () => seek(0), last: () => seek(end), picture: () => canvas });

  const watch = new ResizeObserver(layout);
  watch.observe(map);
  const themes = new MutationObserver(() => {
    colours = palette();
    layout();
  });
  themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });

  return {
    /** Shows another landscape. */
    landscape(bytes, samples, lower, upper, minima) {
      relief = { shades: new Uint16Array(bytes.slice().buffer), samples, lower, upper, minima };
      scene.lanes = [];
      end = time = 0;
      layout();
    },

    /** Puts the start where the address says. */
    start(x, y) {
      if (!scene.grabbed && !sending) {
        scene.start = [x, y];
        redraw();
      }
    },

    /** Takes a new race: plays it from its beginning, or stays at the same share of its time. */
    race(bytes, heads, byRounds, plays) {
      const share = end ? time / end : 1, going = playing;
      Object.assign(scene, { lanes: unpack(bytes, heads), byRounds });
      end = total(scene.lanes, byRounds);
      const moves = plays && !quiet.matches;
      time = moves ? 0 : share * end;
      find("scrub").max = end;
      host.querySelector("[data-total]").textContent = `${end.toLocaleString("en")} ${byRounds ? "rounds" : "evaluations"}`;
      trace();
      play(moves || (going && !plays));
    },

    dispose() {
      life.abort();
      watch.disconnect();
      themes.disconnect();
      cancelAnimationFrame(frame);
    },
  };
}
