import { CardFrame, Panel, STATES, paramField } from "./card.js";
import { element, formatBytes } from "./dom.js";
import { Place } from "./places.js";
import { readEventSource, readFetch, readSocket, wires } from "./wires.js";

/** Names that EventSource listens for when an example does not list its own: it cannot listen for "any". */
const USUAL_NAMES = ["connected", "tick", "time", "line", "log", "metrics", "item", "value"];

/** A card that explains one example and runs it. */
export class ExampleCard {
  #example;
  #parts;
  #panel;
  #frame;
  #stop = () => {};
  #events = 0;
  #bytes = 0;
  #countsFrame = 0;
  #place = new Place(why => this.#finish("stopped", why));

  constructor(example) {
    this.#example = { wires: [example.kind], params: [], ...example };
    this.#parts = this.#build();
    const { run, raw, choices, events, bytes } = this.#parts;
    this.#panel = new Panel(example.title, { counts: [events, bytes] });
    this.#frame = new CardFrame(example, () => this.#command(),
      element("div", { class: "controls" }, run, ...choices, element("label", { class: "raw" }, raw, "raw bytes")), this.#panel.node);
    this.#frame.showCommand();
  }

  get node() {
    return this.#frame.node;
  }

  #build() {
    const { title } = this.#example;
    return {
      run: element("button", { type: "button", class: "run", "data-run": true, "aria-label": `Run ${title}`, click: () => this.#toggle() }, "Run"),
      raw: element("input", { type: "checkbox", "data-raw": true, change: () => this.#changed() }),
      events: element("span", { "data-events": "0" }, "0 events"),
      bytes: element("span", { "data-bytes": "0" }, "0 B"),
      choices: this.#choices(),
    };
  }

  /** The wire, when there is a choice, and the example's own parameters. */
  #choices() {
    const { id, kind, params } = this.#example;
    const choices = params.map(param => paramField(param, () => this.#changed(), () => this.#frame.showCommand()));
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

  #command() {
    const url = this.#url;
    const target = /[?&]/.test(url) ? `'${url}'` : url;
    if (this.#wire === "ws") return `websocat ${target.replace("http", "ws")}`;
    const chosen = this.#example.kind === "sse" && this.#wire !== "sse";
    return chosen ? `curl -N -H 'Accept: ${this.#accept}' ${target}` : `curl -N ${target}`;
  }

  /** A choice made while running, or after, is shown at once. */
  #changed() {
    this.#frame.showCommand();
    if (this.#panel.state !== "idle") this.#run();
  }

  #toggle() {
    if (this.#place.isTaken) this.#finish("stopped");
    else this.#run();
  }

  #run() {
    this.#stop();
    this.#place.take();
    this.#panel.begin();
    this.#events = this.#bytes = 0;
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
    const reads = this.#wire === "ws" ? listener => readSocket(this.#url, listener)
      : this.#wire === "sse" && !finite && !raw ? listener => readEventSource(this.#url, [id, ...events], listener)
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
          this.#panel.add(entry);
        }
        this.#countsFrame ||= requestAnimationFrame(() => this.#showCounts());
      },
      lost: () => {
        this.#panel.note("connection lost; EventSource connects again by itself");
        this.#show("connecting");
      },
      ended: () => this.#finish("ended"),
      failed: why => this.#finish("error", why),
    };
  }

  #finish(state, why) {
    this.#stop();
    this.#stop = () => {};
    this.#place.leave();
    if (why) this.#panel.note(why);
    this.#showCounts(); // who sees the state sees all that came before it
    this.#show(state);
  }

  #show(state, detail) {
    this.#panel.show(state, detail ? `${STATES[state]} · ${detail}` : STATES[state]);
    const live = this.#place.isTaken;
    this.#parts.run.textContent = live ? "Stop" : "Run";
    this.#parts.run.setAttribute("aria-label", `${live ? "Stop" : "Run"} ${this.#example.title}`);
    this.#parts.run.classList.toggle("running", live);
  }

  #showCounts() {
    cancelAnimationFrame(this.#countsFrame);
    this.#countsFrame = 0;
    const { events, bytes } = this.#parts;
    const unit = this.#parts.raw.checked ? "line" : ["sse", "ndjson", "ws"].includes(this.#wire) ? "event" : "chunk";
    events.dataset.events = this.#events;
    events.textContent = `${this.#events.toLocaleString("en")} ${unit}${this.#events === 1 ? "" : "s"}`;
    bytes.dataset.bytes = this.#bytes;
    bytes.textContent = formatBytes(this.#bytes);
  }
}
