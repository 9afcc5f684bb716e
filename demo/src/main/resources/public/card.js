import { copyButton, element } from "./dom.js";
import { javaLines } from "./java.js";
import { Output } from "./output.js";

export const STATES = {
  idle: "Ready",
  connecting: "Connecting…",
  open: "Open",
  ended: "Ended by the server",
  stopped: "Stopped",
  error: "Error",
};

/** The frame of every card: what an example is, and beside it what it does. `command()` is how a terminal asks for the same. */
export class CardFrame {
  #command = element("code", { "data-curl": true });
  #ask;

  constructor({ id, title, text, method, path, code }, command, ...live) {
    this.#ask = command;
    this.node = element("article", { class: "card", id: `example-${id}`, "data-example": id, "aria-labelledby": `title-${id}` },
      element("div", { class: "about" },
        element("h4", { id: `title-${id}` }, title),
        element("p", { class: "path" }, element("span", {}, method), ` ${path}`),
        element("p", {}, text ?? ""),
        element("pre", { class: "code" }, element("code", {}, ...javaLines(code ?? "")))),
      element("div", { class: "live" }, ...live,
        element("div", { class: "command" }, this.#command,
          copyButton(() => this.#command.textContent, `Copy the command of ${title}`))));
  }

  /** To be called when the card is complete, and when what it asks for has changed. */
  showCommand() {
    this.#command.textContent = this.#ask();
  }
}

/** The deep water of a card: a state, some counts, and a log of what arrived. */
export class Panel {
  #state = element("span", { class: "state", role: "status", "data-state": "idle" }, STATES.idle);
  #output;
  #started = performance.now();

  constructor(title, { counts = [], above = [], log = true } = {}) {
    const follow = element("button", { type: "button", class: "follow", hidden: true, click: () => this.#output.follow() }, "↓ newest");
    const scroller = element("div", { class: "log", role: "log", "aria-live": "off", "aria-label": `Output of ${title}`, tabindex: "0" },
      element("ol", { "data-output": true }));
    this.#output = new Output(scroller, { onFollow: following => { follow.hidden = following; } });
    this.node = element("div", { class: "panel deep" },
      element("p", { class: "caption" }, this.#state, element("span", { class: "counts" }, ...counts)),
      ...above, ...(log ? [scroller, follow] : []));
  }

  get state() {
    return this.#state.dataset.state;
  }

  get elapsed() {
    return performance.now() - this.#started;
  }

  /** Empties the log and starts its clock. */
  begin() {
    this.#output.clear();
    this.#started = performance.now();
  }

  add(entry) {
    this.#output.add(this.elapsed, entry);
  }

  note(text) {
    this.add({ data: text, note: true });
  }

  /** What a fetch is answered with: the status, the headers that matter, and perhaps the beginning of a body. */
  answer(response, headers, body) {
    const lines = headers.filter(name => response.headers.get(name)).map(name => `${name}: ${response.headers.get(name)}`);
    this.add({ name: String(response.status), failed: response.status >= 400,
      data: [STATUS_TEXT[response.status] ?? response.statusText, ...lines, ...(body ? ["", body] : [])].join("\n") });
  }

  flush() {
    this.#output.flush();
  }

  /** Whoever sees a state sees all that came before it. */
  show(state, text = STATES[state]) {
    this.#output.flush();
    this.#state.dataset.state = state;
    this.#state.textContent = text;
  }
}

/** HTTP/2 has no reason phrases. */
const STATUS_TEXT = { 200: "OK", 201: "Created", 206: "Partial Content", 304: "Not Modified", 400: "Bad Request", 404: "Not Found",
  413: "Content Too Large", 416: "Range Not Satisfiable", 429: "Too Many Requests", 500: "Internal Server Error" };

/** A button in the manner of Run; only one of a card is `data-run`. */
export function action(text, click, attributes = {}) {
  return element("button", { type: "button", class: "run quiet", click, ...attributes }, text);
}

/** A field for a parameter; `typed` is called at each key, `changed` when the value is settled. */
export function paramField({ name, value, options }, changed, typed = changed) {
  return element("label", { class: "param" }, name, options
    ? element("select", { "data-param": name, change: changed },
      ...options.map(option => element("option", { selected: option === value }, option)))
    : element("input", { "data-param": name, value, size: "6", change: changed, input: typed }));
}
