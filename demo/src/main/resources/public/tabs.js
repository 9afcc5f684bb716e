import { CardFrame, Panel, STATES, action } from "./card.js";
import { element, svg } from "./dom.js";
import { javaLines } from "./java.js";
import { stream } from "./millrace.js";
import { Place } from "./places.js";
import { numberOf, post } from "./room.js";

const COUNT_EVERY = 700; // ms
const DRAWN = 8;         // tabs; a drawing of more shows no more
const LOCK = "millrace-demo tab of ";
const GRAINS = ["Rye", "Wheat", "Oat", "Barley", "Spelt", "Millet", "Emmer", "Einkorn", "Buckwheat", "Maize", "Sorghum", "Teff"];
const HELD_BY = { worker: "SharedWorker", leader: "a tab", none: "each tab" };

const CODE = `const wheel = stream("/examples/tabs", { shared: true });
wheel.on("open", () => show(wheel.sharing));
wheel.on("turn", event => show(event.data.by));`;

/** What the page does, beside what the server does. */
export const pageCode = text => element("pre", { class: "code" }, element("code", {}, ...javaLines(`// In the page\n${text}`)));

/** A room of this browser's own, which all its tabs are in; of this tab's own where nothing can be stored. */
function roomOfBrowser() {
  const made = `mill-${Math.random().toString(36).slice(2, 10)}`;
  try {
    localStorage["demo-tabs"] ??= made;
    return localStorage["demo-tabs"];
  } catch {
    return made;
  }
}

/** One stream for all tabs: who holds it, how many tabs there are, and how many connections the server counts. */
export function tabsCard(example) {
  const room = roomOfBrowser();
  const query = `room=${room}`;
  const me = `${GRAINS[Math.floor(Math.random() * GRAINS.length)]}-${Math.floor(Math.random() * 90) + 10}`;
  const numbers = Object.fromEntries(["tabs", "connections", "sharing", "turns"].map(name => [name, element("dd", { [`data-${name}`]: "" }, "–")]));
  const figures = element("dl", { class: "figures" }, ...Object.entries({ tabs: "tabs that read along", connections: "connections, by the server’s count", sharing: "holds the connection", turns: "turns seen here" })
    .map(([name, label]) => element("div", {}, numbers[name], element("dt", {}, label))));
  const drawing = svg("svg", { viewBox: "0 0 480 190", class: "channel", role: "img" });
  const position = element("code", { class: "position", "data-position": true });
  const panel = new Panel(example.title, { counts: [position] });
  const run = action("Run", toggle, { "data-run": true });
  const turn = action("Turn the wheel", send, { "data-turn": true, disabled: true });
  const more = element("a", { class: "run quiet", href: "/?run=tabs#example-tabs", target: "_blank", "data-open": true, click: () => live || open() }, "Open another tab");
  const place = new Place(why => close(why));
  const frame = new CardFrame(example, () => `curl -N '${location.origin}${example.path}?${query}'`,
    element("div", { class: "controls" }, run, more, turn, element("span", { class: "raw" }, "this tab is ", element("strong", { "data-me": true }, me))),
    element("div", { class: "sides" },
      element("div", { class: "side" }, element("div", { class: "panel deep" }, element("p", { class: "caption" }, "This browser, and the server"), drawing, figures)),
      element("div", { class: "side" }, panel.node)));
  frame.node.classList.add("wide");
  frame.node.append(frame.node.querySelector(".code"));
  frame.node.querySelector(".about").append(pageCode(CODE), element("p", {}, "The same as a hook: ", element("a", { href: "/react.html" }, "Live data in React"), "."));
  frame.showCommand();
  let live;
  let here;     // ends what marks this tab as one that reads along
  let timer;
  let turns = 0;
  let tabs = 0;
  let connections = 0;
  show();
  if (new URLSearchParams(location.search).get("run") === "tabs") open();

  function toggle() {
    if (live) close();
    else open();
  }

  function open() {
    close();
    place.take();
    turns = 0;
    panel.begin();
    panel.show("connecting");
    const own = stream(`${example.path}?${query}`, { shared: true });
    live = own;
    const hear = (name, report) => own.on(name, event => own === live && report(event));
    hear("open", () => {
      panel.show("open", `${STATES.open} · held by ${HELD_BY[own.sharing]}`);
      show();
    });
    hear("reconnecting", () => panel.show("connecting", "Connection lost; connecting again…"));
    hear("turn", ({ data, lastEventId }) => {
      turns++;
      panel.add({ name: "turn", data: data.by === me ? `by this tab` : `by ${data.by}`, id: `#${numberOf(lastEventId)}` });
      panel.flush(); // a tab that is not seen draws no frames
      drawing.querySelector(".wheel-drawn")?.style.setProperty("--turns", turns);
      show();
    });
    hear("gap", ({ data }) => panel.note(`${data.from} to ${data.to} are kept no more (${data.reason})`));
    hear("close", ({ reason }) => {
      close();
      panel.note(reason.message);
      panel.show("error");
    });
    // The browser gives a lock back when its tab has gone, however it went.
    const done = new AbortController();
    here = done;
    navigator.locks?.request(LOCK + room + me, () => new Promise(resolve => { done.signal.onabort = resolve; }));
    count();
    show();
  }

  /** Lets go of the stream, which the other tabs keep. */
  function close(why) {
    place.leave();
    clearTimeout(timer);
    here?.abort();
    const own = live;
    live = undefined;
    own?.close();
    tabs = connections = 0;
    if (why) panel.note(why);
    if (own) panel.show("stopped");
    show();
  }

  async function count() {
    const own = live;
    const [answer, locks] = await Promise.all([
      document.hidden ? undefined : fetch(`${example.path}/connections?${query}`, { cache: "no-store" }).then(response => response.json(), () => undefined),
      navigator.locks?.query(),
    ]);
    if (own !== live) return;
    connections = answer?.connections ?? connections;
    tabs = locks?.held.filter(({ name }) => name.startsWith(LOCK + room)).length ?? 1;
    show();
    timer = setTimeout(count, COUNT_EVERY);
  }

  async function send() {
    try {
      await post(example.path, { room, by: me });
    } catch (error) {
      panel.note(error.message);
    }
  }

  function set(name, value, text = value) {
    numbers[name].dataset[name] = value;
    numbers[name].textContent = text;
  }

  function show() {
    const sharing = live?.state === "open" ? live.sharing : "";
    set("tabs", tabs, live ? tabs : "–");
    set("connections", connections, live ? connections : "–");
    set("sharing", sharing, HELD_BY[sharing] ?? "–");
    set("turns", turns);
    position.textContent = live?.lastEventId ?? "";
    position.title = `Position: ${position.textContent}`;
    turn.disabled = panel.state !== "open";
    run.textContent = live ? "Stop" : "Run";
    run.classList.toggle("running", !!live);
    run.classList.remove("quiet");
    draw(drawing, live ? Math.max(tabs, 1) : 0, live ? connections : 0, sharing, turns);
  }

  return frame.node;
}

/** Tabs on the left, who holds the connection in the middle, the mill on the right. Drawn anew only when something has changed. */
function draw(drawing, tabs, connections, sharing, turns) {
  const key = [tabs, connections, sharing].join();
  if (drawing.dataset.drawn === key) return;
  drawing.dataset.drawn = key;
  const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
  drawing.setAttribute("aria-label", `${plural(tabs, "tab")}, ${plural(connections, "connection")}`);
  const shown = Math.min(Math.max(tabs, 1), DRAWN);
  const step = Math.min(50, 168 / shown);
  const height = Math.min(34, step - 6);
  const rows = Array.from({ length: shown }, (_, n) => 95 + (n - (shown - 1) / 2) * step);
  const flowing = tabs > 0 ? "flowing" : "still";
  const lines = Array.from({ length: Math.min(connections, DRAWN) }, (_, n) => 95 + (n - (Math.min(connections, DRAWN) - 1) / 2) * 9);
  drawing.replaceChildren(
    ...rows.map(y => svg("path", { class: `rill ${flowing}`, d: `M70 ${y}C140 ${y} 150 95 214 95` })),
    ...lines.map(y => svg("path", { class: "race-drawn", d: `M246 ${y}H380` })),
    ...rows.map((y, n) => tab(y, height, n === 0 && tabs > 0)),
    hub(sharing), wheel(turns),
    text(230, 142, sharing === "leader" ? "a tab leads" : sharing === "worker" ? "worker" : ""),
    text(313, 78, connections ? plural(connections, "connection") : ""),
    text(420, 172, "server"));
}

const text = (x, y, words) => {
  const node = svg("text", { x, y });
  node.textContent = words;
  return node;
};

/** A little browser window. */
function tab(y, height, own) {
  const node = svg("g", { class: own ? "tab own" : "tab" });
  const top = y - height / 2;
  node.append(svg("rect", { x: 14, y: top, width: 56, height, rx: 4 }), svg("path", { d: `M14 ${top + height * 0.3}H70` }));
  return node;
}

function hub(sharing) {
  return svg("circle", { cx: 230, cy: 95, r: 17, class: sharing ? "hub-drawn on" : "hub-drawn" });
}

function wheel(turns) {
  const node = svg("g", { class: "wheel-drawn" });
  node.style.setProperty("--turns", turns);
  node.append(svg("circle", { cx: 420, cy: 95, r: 40 }), svg("circle", { cx: 420, cy: 95, r: 30 }), svg("circle", { cx: 420, cy: 95, r: 6, class: "hub" }),
    ...Array.from({ length: 12 }, (_, n) => svg("path", { d: "M420 65L427 51", transform: `rotate(${n * 30} 420 95)` })),
    ...[0, 60, 120].map(angle => svg("path", { d: "M420 65V125", transform: `rotate(${angle} 420 95)` })));
  return node;
}
