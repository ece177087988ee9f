// Draws figures with plotly.js, which is loaded when the first figure is shown. A figure is the data of
// Ranking.Engine.Plots.Figure; titles, legends and tables are HTML around it. Plotly does not read CSS variables,
// so the tokens are resolved here, again after every change of the theme.

let loading;

/** The plotly.js library, loaded once. */
export function plotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("lib/plotly.min.js", document.baseURI).href;
    script.onload = () => resolve(globalThis.Plotly);
    script.onerror = () => {
      loading = undefined;
      reject(new Error("plotly.js did not load"));
    };
    document.head.append(script);
  });
  return loading;
}

/** The value of a design token, such as token("--accent"). */
export const token = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const dashes = ["solid", "dash", "solid", "dot", "solid", "dashdot"];
const symbols = ["circle", "square", "diamond", "triangle-up", "cross", "triangle-down"];
const tones = { Accent: "--accent", Best: "--best", Start: "--start", Positive: "--div-pos", Negative: "--div-neg" };

const colour = series => token(tones[series.tone] ?? `--series-${(series.cycle % 8) + 1}`);

/** A token's colour with an opacity of its own, for bands. */
export function tint(value, opacity) {
  const canvas = tint.canvas ??= document.createElement("canvas").getContext("2d");
  canvas.fillStyle = value;
  const hex = canvas.fillStyle;
  const [r, g, b] = [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
  return `rgba(${r},${g},${b},${opacity})`;
}

/** The layout all plots of the app share, in the colours of the present theme. */
export function template(height) {
  const axis = token("--plot-axis"), font = { family: token("--font-sans"), size: 12, color: axis };
  return {
    autosize: true, height, margin: { l: 48, r: 44, t: 8, b: 40 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font,
    xaxis: { showgrid: false, showline: true, linecolor: token("--plot-zero"), ticks: "", zeroline: false, title: { standoff: 8, font }, nticks: 6, automargin: true, fixedrange: false },
    yaxis: { gridcolor: token("--plot-grid"), gridwidth: 1, showline: false, ticks: "", zeroline: true, zerolinecolor: token("--plot-zero"), zerolinewidth: 1, nticks: 6, automargin: true },
    showlegend: false, hovermode: "x unified", dragmode: "zoom", uirevision: "keep", transition: { duration: 0 }, bargap: 0.35, barmode: "overlay",
    hoverlabel: { bgcolor: token("--raised"), bordercolor: token("--line"), font: { size: 12, color: token("--text"), family: font.family } },
  };
}

/** How plotly behaves everywhere. */
export const config = { displaylogo: false, displayModeBar: false, responsive: true, scrollZoom: false };

function traces(figure) {
  const band = Number(token("--plot-band")) || 0.16, all = [];
  for (const s of figure.series) {
    const c = colour(s), cycle = s.tone === "Series" ? s.cycle % 6 : 0, name = s.name;
    if (s.lower.length) {
      all.push({ x: [...s.x, ...s.x.toReversed()], y: [...s.upper, ...s.lower.toReversed()], fill: "toself", fillcolor: tint(c, band), line: { width: 0 }, hoverinfo: "skip", type: "scatter", mode: "lines" });
    }
    if (s.shape === "Bars") {
      all.push({ type: "bar", name, x: s.x, y: s.y, marker: { color: c, line: { width: 0 }, cornerradius: 2 }, hovertemplate: "%{y:.3~g}" });
    } else if (s.shape === "Squares") {
      all.push({ type: "scatter", mode: "markers", name, x: s.x, y: s.y, marker: { size: 8, symbol: "square", color: token("--surface"), line: { width: 1.8, color: token("--series-1") } }, hoverinfo: "skip" });
    } else {
      const few = s.x.length <= 1, ends = s.x.map((_, i) => (few || i === s.x.length - 1 ? 8 : 0));
      all.push({
        type: "scatter", mode: "lines+markers", name, x: s.x, y: s.y, line: { width: 2.2, color: c, dash: dashes[cycle] },
        marker: { size: ends, symbol: symbols[cycle], color: c, line: { width: 2, color: token("--surface") }, opacity: 1 },
        fill: s.shape === "Area" ? "tozeroy" : "none", fillcolor: tint(c, 0.08), hovertemplate: "%{y:.4~g}",
      });
    }
  }
  return all;
}

// The vertical range: what is there, rounded outwards to a step of 1, 2 or 5, so that it seldom changes.
function range(figure) {
  const values = figure.series.flatMap(s => [...s.y, ...s.lower, ...s.upper]).concat(figure.levels.flatMap(l => [l.low, l.high]));
  if (figure.logY || values.length === 0) {
    return figure.logY ? undefined : [0, 1];
  }
  let low = Math.min(...values), high = Math.max(...values);
  if (figure.fromZero) {
    low = Math.min(low, 0);
    high = Math.max(high, 0);
  }
  const span = high - low || Math.abs(high) || 1, raw = span / 4, power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 2.5, 5, 10].find(f => f * power >= raw * 0.999);
  return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step || step];
}

function layout(figure, height) {
  const base = template(height), muted = token("--plot-axis"), shapes = [], annotations = [];
  for (const level of figure.levels) {
    const whole = { xref: "paper", x0: 0, x1: 1, yref: "y", y0: level.low, y1: level.high, layer: "below" };
    shapes.push(level.low === level.high
      ? { ...whole, type: "line", line: { color: muted, width: 1, dash: "dash" } }
      : { ...whole, type: "rect", fillcolor: tint(muted, 0.14), line: { width: 0 } });
  }
  for (const s of figure.series.filter(s => s.label && s.x.length)) {
    const y = s.y.at(-1);
    annotations.push({ x: s.x.at(-1), y: figure.logY ? Math.log10(y) : y, text: `<b>${s.label}</b>`, showarrow: false, xanchor: "left", xshift: 8, font: { size: 12, color: token("--text") } });
  }
  if (figure.series.every(s => s.x.length === 0)) {
    annotations.push({ xref: "paper", yref: "paper", x: 0.5, y: 0.5, text: "The first point comes after the first round.", showarrow: false, font: { color: muted } });
  }
  Object.assign(base.xaxis, { title: { ...base.xaxis.title, text: figure.xTitle } });
  if (figure.xTo > figure.xFrom) {
    // Half a bar of room, so that the first and the last are whole.
    const room = figure.series.some(s => s.shape === "Bars") ? 0.6 : 0;
    base.xaxis.range = [figure.xFrom - room, figure.xTo + room];
  }
  if (figure.logY) {
    // Plotly sets powers of ten a quarter larger than other numbers.
    Object.assign(base.yaxis, { type: "log", zeroline: false, dtick: 1, exponentformat: "power", tickfont: { ...base.font, size: 9.6 } });
  }
  const y = range(figure);
  if (y) {
    base.yaxis.range = y;
  }
  return { ...base, shapes, annotations };
}

/** Shows a figure in an element, or replaces the one it shows; zoom is kept. */
export async function draw(host, figure, height) {
  const Plotly = await plotly();
  if (!host.isConnected) {
    return;
  }
  host.figure = figure;
  await Plotly.react(host, traces(figure), layout(figure, height), config);
  if (!host.themeWatch) {
    host.themeWatch = new MutationObserver(() => Plotly.react(host, traces(host.figure), layout(host.figure, height), config));
    host.themeWatch.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }
}

/** Frees what a figure holds. */
export function dispose(host) {
  host?.themeWatch?.disconnect();
  if (host && globalThis.Plotly) {
    globalThis.Plotly.purge(host);
  }
}

/** Hands the person a picture of the figure: "png" (three times as sharp as the screen) or "svg". */
export async function picture(host, format, name) {
  const Plotly = await plotly();
  const { width, height } = host.getBoundingClientRect();
  const paper = { ...host.layout, paper_bgcolor: token("--surface"), title: { text: host.figure.title, font: { size: 14 } }, margin: { ...host.layout.margin, t: 40 } };
  const url = await Plotly.toImage({ data: host.data, layout: paper }, { format, width, height: height + 32, scale: format === "png" ? 3 : 1 });
  give(url, `${name}.${format}`);
}

/** Hands the person a text as a file. */
export function save(text, name, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  give(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

function give(url, name) {
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}
