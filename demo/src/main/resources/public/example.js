import { copyButton, element, formatBytes } from "./dom.js";
import { javaLines } from "./java.js";
import { Output } from "./output.js";
import { readEventSource, readFetch, wires } from "./wires.js";

const STATES = {
  idle: "Ready",
  connecting: "Connecting…",
  open: "Open",
  ended: "Ended by the server",
  stopped: "Stopped",
  error: "Error",
};

/** Names that EventSource listens for when an example does not list its own: it cannot listen for "any". */
const USUAL_NAMES = ["connected", "tick", "time", "line", "log", "metrics", "item", "value"];

/**
 * A browser opens six HTTP/1.1 connections to a server, all tabs together, and queues the rest silently. Two are the page's own.
 * Over HTTP/2 there is no such limit.
 */
const MOST_RUNNING = performance.getEntriesByType("navigation")[0]?.nextHopProtocol === "http/1.1" ? 4 : 100;
const running = new Set();

/** A card that explains one example and runs it. */
export class ExampleCard {
  #example;
  #parts;
  #output;
  #stop = () => {};
  #events = 0;
  #bytes = 0;
  #started = 0;
  #countsFrame = 0;

  constructor(example) {
    this.#example = { wires: [example.kind], params: [], ...example };
    this.#parts = this.#build();
    this.#output = new Output(this.#parts.log, { onFollow: following => { this.#parts.follow.hidden = following; } });
    this.#showCommand();
  }

  get node() {
    return this.#parts.card;
  }

  #build() {
    const { id, title, text, path, code } = this.#example;
    const parts = {
      run: element("button", { type: "button", class: "run", "data-run": true, "aria-label": `Run ${title}`, click: () => this.#toggle() }, "Run"),
      raw: element("input", { type: "checkbox", "data-raw": true, change: () => this.#changed() }),
      state: element("span", { class: "state", role: "status", "data-state": "idle" }, STATES.idle),
      events: element("span", { "data-events": "0" }, "0 events"),
      bytes: element("span", { "data-bytes": "0" }, "0 B"),
      log: element("div", { class: "log", role: "log", "aria-live": "off", "aria-label": `Output of ${title}`, tabindex: "0" },
        element("ol", { "data-output": true })),
      follow: element("button", { type: "button", class: "follow", hidden: true, click: () => this.#output.follow() }, "↓ newest"),
      command: element("code", { "data-curl": true }),
      choices: this.#choices(),
    };
    parts.card = element("article", { class: "card", id: `example-${id}`, "data-example": id, "aria-labelledby": `title-${id}` },
      element("div", { class: "about" },
        element("h4", { id: `title-${id}` }, title),
        element("p", { class: "path" }, element("span", {}, "GET"), ` ${path}`),
        element("p", {}, text ?? ""),
        element("pre", { class: "code" }, element("code", {}, ...javaLines(code ?? "")))),
      element("div", { class: "live" },
        element("div", { class: "controls" }, parts.run, ...parts.choices,
          element("label", { class: "raw" }, parts.raw, "raw bytes")),
        element("div", { class: "panel deep" },
          element("p", { class: "caption" }, parts.state, element("span", { class: "counts" }, parts.events, parts.bytes)),
          parts.log, parts.follow),
        element("div", { class: "command" }, parts.command, copyButton(() => parts.command.textContent, `Copy the curl command of ${title}`))));
    return parts;
  }

  /** The wire, when there is a choice, and the example's own parameters. */
  #choices() {
    const { id, kind, params } = this.#example;
    const choices = params.map(({ name, value, options }) => element("label", { class: "param" }, name, options
      ? element("select", { "data-param": name, change: () => this.#changed() },
        ...options.map(option => element("option", { selected: option === value }, option)))
      : element("input", { "data-param": name, value, size: "6", change: () => this.#changed(), input: () => this.#showCommand() })));
    const offered = this.#example.wires.filter(wire => wires[wire]);
    const preferred = offered.includes(kind) ? kind : offered[0];
    if (offered.length > 1) {
      choices.push(element("fieldset", { class: "wires" }, element("legend", { class: "offscreen" }, "Wire"),
        ...offered.map(wire => element("label", {},
          element("input", { type: "radio", name: `wire-${id}`, value: wire, "data-wire": wire, checked: wire === preferred, change: () => this.#changed() }),
          element("span", {}, wires[wire].label)))));
    }
    return choices;
  }

  get #wire() {
    const { kind, wires: [first] } = this.#example;
    return this.node.querySelector("[data-wire]:checked")?.value ?? first ?? kind;
  }

  get #url() {
    const url = new URL(this.#example.path, location.origin);
    for (const field of this.node.querySelectorAll("[data-param]")) url.searchParams.set(field.dataset.param, field.value);
    return url.href;
  }

  /** What is not an event stream has a type of its own: it is asked for, but anything is taken, or a CSV file would be a 406. */
  get #accept() {
    const accept = wires[this.#wire]?.accept ?? "*/*";
    return this.#example.kind === "sse" ? accept : `${accept}, */*;q=0.1`;
  }

  #showCommand() {
    const url = this.#url;
    const target = /[?&]/.test(url) ? `'${url}'` : url;
    const chosen = this.#example.kind === "sse" && this.#wire !== "sse";
    this.#parts.command.textContent = chosen ? `curl -N -H 'Accept: ${this.#accept}' ${target}` : `curl -N ${target}`;
  }

  /** A choice made while running, or after, is shown at once. */
  #changed() {
    this.#showCommand();
    if (this.#parts.state.dataset.state !== "idle") this.#run();
  }

  #toggle() {
    if (running.has(this)) this.#finish("stopped");
    else this.#run();
  }

  #run() {
    this.#stop();
    running.delete(this);
    if (running.size >= MOST_RUNNING) running.values().next().value.#finish("stopped", "stopped to free one of the browser’s six HTTP/1.1 connections");
    running.add(this);
    this.#output.clear();
    this.#events = this.#bytes = 0;
    this.#started = performance.now();
    this.#showCounts();
    this.#show("connecting");
    this.#stop = this.#open();
  }

  /**
   * Endless event streams are read by the browser's EventSource, reconnecting and all. Finite ones are read by fetch: it tells an end
   * from a failure, where EventSource would connect again and again; and it shows `retry`, ids and comments as they are sent.
   */
  #open() {
    const { finite, events = USUAL_NAMES, id } = this.#example;
    const raw = this.#parts.raw.checked;
    const reads = this.#wire === "sse" && !finite && !raw
      ? listener => readEventSource(this.#url, [id, ...events], listener)
      : listener => readFetch(this.#url, this.#accept, raw, listener);
    let stopped = false;
    const listener = this.#listener();
    const guarded = Object.fromEntries(Object.entries(listener).map(([name, call]) => [name, (...values) => { if (!stopped) call(...values); }]));
    const stop = reads(guarded);
    return () => { stopped = true; stop(); };
  }

  #listener() {
    return {
      opened: detail => this.#show("open", detail),
      received: (entry, bytes) => {
        this.#bytes += bytes;
        if (entry) {
          if (entry.data !== undefined && !entry.comment) this.#events++;
          this.#output.add(this.#elapsed(), entry);
        }
        this.#countsFrame ||= requestAnimationFrame(() => this.#showCounts());
      },
      lost: () => {
        this.#note("connection lost; EventSource connects again by itself");
        this.#show("connecting");
      },
      ended: () => this.#finish("ended"),
      failed: why => this.#finish("error", why),
    };
  }

  #finish(state, why) {
    this.#stop();
    this.#stop = () => {};
    running.delete(this);
    if (why) this.#note(why);
    this.#output.flush(); // who sees the state sees all that came before it
    this.#showCounts();
    this.#show(state);
  }

  #note(text) {
    this.#output.add(this.#elapsed(), { data: text, note: true });
  }

  #elapsed() {
    return performance.now() - this.#started;
  }

  #show(state, detail) {
    this.#parts.state.dataset.state = state;
    this.#parts.state.textContent = detail ? `${STATES[state]} · ${detail}` : STATES[state];
    const live = running.has(this);
    this.#parts.run.textContent = live ? "Stop" : "Run";
    this.#parts.run.setAttribute("aria-label", `${live ? "Stop" : "Run"} ${this.#example.title}`);
    this.#parts.run.classList.toggle("running", live);
  }

  #showCounts() {
    cancelAnimationFrame(this.#countsFrame);
    this.#countsFrame = 0;
    const { events, bytes } = this.#parts;
    const unit = this.#parts.raw.checked ? "line" : ["sse", "ndjson"].includes(this.#wire) ? "event" : "chunk";
    events.dataset.events = this.#events;
    events.textContent = `${this.#events.toLocaleString("en")} ${unit}${this.#events === 1 ? "" : "s"}`;
    bytes.dataset.bytes = this.#bytes;
    bytes.textContent = formatBytes(this.#bytes);
  }
}
