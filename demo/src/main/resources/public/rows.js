import { CardFrame, Panel, STATES, paramField } from "./card.js";
import { element, formatBytes } from "./dom.js";

const SLOWLY = 40;      // ms between two chunks
const HEAP_EVERY = 400; // ms
const LINES_SHOWN = 4;

/** A long document of rows: how far it has come, while it comes. */
export function rowsCard(example) {
  const numbers = Object.fromEntries(["rows", "bytes", "time", "heap"].map(name => [name, element("dd", { [`data-${name}`]: "0" }, "–")]));
  const figures = element("dl", { class: "figures" }, ...Object.entries({ rows: "rows", bytes: "received", time: "seconds", heap: "server’s heap, at most" })
    .map(([name, label]) => element("div", {}, numbers[name], element("dt", {}, label))));
  const progress = element("progress", { max: "1", value: "0", "aria-label": `Progress of ${example.title}` });
  const panel = new Panel(example.title, { above: [figures, progress] });
  const fields = example.params.map(param => paramField(param, changed));
  const slowly = element("input", { type: "checkbox", "data-slowly": true });
  const button = element("button", { type: "button", class: "run", "data-run": true, click: toggle }, "Run");
  // The server names what it calls an attachment; the document has a name of its own here.
  const link = element("a", { class: "run quiet", download: `${example.id}.json`, "data-download": true }, "Download");
  let abort;

  const url = () => {
    const target = new URL(example.path, location.origin);
    for (const field of fields) target.searchParams.set(field.textContent, field.querySelector("input").value);
    return target.href;
  };
  const frame = new CardFrame(example, () => (example.params.length ? `curl -N '${url()}'` : `curl -OJ ${url()}`),
    element("div", { class: "controls" }, button, ...fields,
      link,
      element("label", { class: "raw" }, slowly, "read slowly")),
    panel.node);
  changed();

  function changed() {
    link.href = url();
    frame.showCommand();
  }

  function show(name, value, text) {
    numbers[name].dataset[name] = value;
    numbers[name].textContent = text;
  }

  async function toggle() {
    if (abort) {
      abort.abort();
      return;
    }
    abort = new AbortController();
    button.textContent = "Stop";
    button.classList.add("running");
    panel.begin();
    panel.show("connecting");
    const stopHeap = watchHeap(most => show("heap", most, formatBytes(most)));
    try {
      const [state, text] = await read(abort.signal);
      panel.show(state, text);
    } catch (error) {
      if (!abort.signal.aborted) panel.note(error.message);
      panel.show(abort.signal.aborted ? "stopped" : "error");
    }
    stopHeap();
    abort = undefined;
    button.textContent = "Run";
    button.classList.remove("running");
  }

  async function read(signal) {
    const response = await fetch(url(), { signal, cache: "no-store" });
    if (!response.ok) {
      panel.answer(response, ["Content-Type"], await response.text());
      return ["error"];
    }
    panel.show("open", `${STATES.open} · ${response.headers.get("Content-Type")}`);
    const total = Number(response.headers.get("X-Total-Count")) || 1;
    const counter = new RowCounter(response.headers.get("Content-Type"));
    const reader = response.body.getReader();
    let frameDue = 0;
    const draw = () => {
      frameDue = 0;
      show("rows", counter.rows, counter.rows.toLocaleString("en"));
      show("bytes", counter.bytes, formatBytes(counter.bytes));
      show("time", panel.elapsed, (panel.elapsed / 1000).toFixed(1));
      progress.value = counter.rows / total;
    };
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      counter.take(next.value);
      frameDue ||= requestAnimationFrame(draw);
      if (slowly.checked) await new Promise(resolve => setTimeout(resolve, SLOWLY));
    }
    cancelAnimationFrame(frameDue);
    draw();
    const text = await counter.text();
    const lines = text.trimEnd().split(/\r?\n/);
    for (const line of lines.slice(0, LINES_SHOWN)) panel.add({ data: line });
    if (lines.length > LINES_SHOWN + 1) panel.note(`… ${(lines.length - LINES_SHOWN - 1).toLocaleString("en")} more lines, and the last:`);
    if (lines.length > LINES_SHOWN) panel.add({ data: lines.at(-1) });
    const verdict = counter.isJson ? ` · valid JSON of ${JSON.parse(text).length.toLocaleString("en")} objects` : ` · ${lines.length.toLocaleString("en")} lines`;
    return ["ended", STATES.ended + verdict];
  }

  return frame.node;
}

/** Counts rows without making text of them: a table's by their ends, a document's by the braces that begin its (flat) objects. */
class RowCounter {
  #mark;
  #ends = 0;
  #chunks = [];
  bytes = 0;

  constructor(type) {
    this.isJson = type.startsWith("application/json");
    this.#mark = (this.isJson ? "{" : "\n").charCodeAt(0);
  }

  take(chunk) {
    for (const byte of chunk) if (byte === this.#mark) this.#ends++;
    this.bytes += chunk.length;
    this.#chunks.push(chunk);
  }

  /** A table's first line is its head. */
  get rows() {
    return this.isJson ? this.#ends : Math.max(0, this.#ends - 1);
  }

  text() {
    return new Blob(this.#chunks).text();
  }
}

/** Asks the server for its heap, again and again until the function that this returns is called. */
function watchHeap(report) {
  let most = 0;
  const ask = async () => {
    const response = await fetch("/status", { cache: "no-store" }).catch(() => undefined);
    const { heapUsed = 0 } = response?.ok ? await response.json() : {};
    most = Math.max(most, heapUsed);
    if (most) report(most);
  };
  ask();
  const timer = setInterval(ask, HEAP_EVERY);
  return () => clearInterval(timer);
}
