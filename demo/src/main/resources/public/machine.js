import { element, formatBytes, svg } from "./dom.js";

const KEPT = 60;     // samples: five minutes at one every 5 s
const AT_LEAST = 12; // slots, so that the first samples do not stretch over the whole width

const percent = share => (Number.isFinite(share) ? `${Math.round(share * 100)} %` : "–");
const count = number => (Number.isFinite(number) ? number.toLocaleString("en") : "–");

/** Each tile: what it shows large, what it adds in words, and its lines from 0 to `most`. A missing field shows a dash. */
const TILES = [
  { id: "cpu", title: "CPU", value: m => percent(m.cpu?.system ?? m.cpu?.process ?? m.cpu), text: m => `this process ${percent(m.cpu?.process)}`,
    lines: m => [m.cpu?.system ?? m.cpu, m.cpu?.process], most: () => 1 },
  { id: "heap", title: "Java heap", value: m => formatBytes(m.memory?.heapUsed), text: m => `of ${formatBytes(m.memory?.heapMax)}`,
    lines: m => [m.memory?.heapUsed] },
  { id: "memory", title: "Machine memory", value: m => formatBytes(m.memory?.machineUsed), text: m => `of ${formatBytes(m.memory?.machineTotal)}`,
    lines: m => [m.memory?.machineUsed], most: m => m.memory?.machineTotal },
  { id: "threads", title: "Platform threads", value: m => count(m.threads),
    text: m => `GC: ${count(m.gc?.collections)} runs, ${count(m.gc?.millis)} ms in all`, lines: m => [m.threads] },
];

/** Draws the machine's figures into `container`; returns the function to call with each new set. */
export function machinePanel(container) {
  const tiles = TILES.map(tile => ({ ...tile, ...build(tile), history: [] }));
  container.replaceChildren(...tiles.map(({ node }) => node));
  return figures => tiles.forEach(tile => update(tile, figures));
}

function build({ id, title }) {
  const large = element("p", { class: "large", "data-metric": id }, "–");
  const small = element("p", { class: "small" }, "\u00a0");
  const chart = svg("svg", { viewBox: "0 0 200 48", preserveAspectRatio: "none", "aria-hidden": "true", class: "spark" });
  return { large, small, chart, node: element("div", { class: "tile" }, element("h3", {}, title), large, small, chart) };
}

function update(tile, figures) {
  tile.large.textContent = tile.value(figures);
  tile.small.textContent = tile.text(figures);
  tile.history = [...tile.history, tile.lines(figures)].slice(-KEPT);
  const highest = Math.max(0, ...tile.history.flat().filter(Number.isFinite));
  const most = tile.most?.(figures) || highest * 1.25 || 1;
  tile.chart.replaceChildren(...tile.lines(figures).flatMap((_, line) => draw(tile.history.map(sample => sample[line]), most, line)));
}

/** A line with the area under it, newest sample at the right edge. */
function draw(values, most, line) {
  const step = 200 / (Math.max(AT_LEAST, values.length) - 1);
  const points = values
    .map((value, index) => [200 - (values.length - 1 - index) * step, 46 - Math.min(1, value / most) * 43])
    .filter(([, y]) => Number.isFinite(y));
  if (points.length === 0) return [];
  if (points.length === 1) points.unshift([points[0][0] - step / 2, points[0][1]]); // one sample alone would be invisible
  const path = points.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  const area = `${path}L${points.at(-1)[0].toFixed(1)} 48L${points[0][0].toFixed(1)} 48z`;
  return [svg("path", { d: area, class: `area line-${line}` }), svg("path", { d: path, class: `stroke line-${line}` })];
}
