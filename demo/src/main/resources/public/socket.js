import { CardFrame, Panel, STATES, action, paramField } from "./card.js";
import { element, formatBytes } from "./dom.js";

/** Codes of close frames: RFC 6455, section 7.4.1; from 4000 on the server's own. */
const MEANINGS = {
  1000: "normal", 1001: "going away", 1002: "protocol error", 1003: "not supported", 1005: "no code", 1006: "without a close frame",
  1007: "invalid data", 1008: "policy", 1009: "too big", 1011: "server error", 4000: "rejected", 4001: "unauthenticated", 4003: "forbidden",
};
const BYTES_SHOWN = 24;

export const size = data => data.byteLength ?? data.size ?? new Blob([data]).size;

/** Text as it is, bytes in hexadecimal. */
function shown(data) {
  if (typeof data === "string") return data;
  const hex = [...new Uint8Array(data.slice(0, BYTES_SHOWN))].map(byte => byte.toString(16).padStart(2, "0")).join(" ");
  return data.byteLength > BYTES_SHOWN ? `${hex} …` : hex;
}

/**
 * A card that opens a WebSocket: what is sent and received, and how it ends. `protocols` are the subprotocols offered; `tools` and
 * `above` are what a card adds; `hears(data)` is told of each message and `changed(open)` of each end and beginning.
 */
export class SocketCard {
  #example;
  #socket;
  #waiting = [];
  #button = element("button", { type: "button", class: "run", "data-run": true, click: () => this.#toggle() });
  #counts = { sent: element("span"), received: element("span") };
  #numbers = { sent: 0, received: 0 };
  #frameDue = 0;
  #options;
  #fields;
  #frame;
  panel;

  constructor(example, { protocols = () => [], controls = [], tools = [], above = [], hears = () => {}, changed = () => {} } = {}) {
    this.#example = example;
    this.#options = { protocols, hears, changed };
    this.panel = new Panel(example.title, { counts: [this.#counts.sent, this.#counts.received], above });
    this.#fields = example.params.map(param => paramField(param, () => this.settingsChanged(), () => this.#frame.showCommand()));
    this.#frame = new CardFrame(example, () => this.#command(),
      element("div", { class: "controls" }, this.#button, ...this.#fields, ...controls), this.panel.node, ...tools);
    this.#showButton();
    this.#showCounts();
    this.#frame.showCommand();
  }

  get node() {
    return this.#frame.node;
  }

  /** Bytes that wait in the browser to be sent. */
  get buffered() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** Parameters that the path names go into it, all others into the query. */
  get #url() {
    let path = this.#example.path;
    const query = new URLSearchParams();
    for (const field of this.node.querySelectorAll("[data-param]")) {
      const { dataset: { param }, value } = field;
      if (path.includes(`{${param}}`)) path = path.replace(`{${param}}`, encodeURIComponent(value));
      else query.set(param, value);
    }
    const url = new URL(path, location.origin.replace(/^http/, "ws"));
    url.search = query;
    return url.href;
  }

  #command() {
    const protocols = this.#options.protocols();
    const offered = protocols.length > 0 ? `--protocol '${protocols.join(", ")}' ` : "";
    return `websocat ${offered}${/[?&]/.test(this.#url) ? `'${this.#url}'` : this.#url}`;
  }

  /** Another address or subprotocol: what is open is opened anew. */
  settingsChanged() {
    this.#frame.showCommand();
    if (this.#socket) this.#open();
  }

  #toggle() {
    if (this.#socket) this.close(1000, "Disconnect was pressed");
    else this.#open();
  }

  /** Sends text or bytes; opens the socket first when it is closed. */
  send(data) {
    this.#waiting.push(data);
    if (!this.#socket) this.#open();
    else this.#sendWaiting();
  }

  #sendWaiting() {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    for (const data of this.#waiting.splice(0)) {
      this.#socket.send(data);
      this.#count("sent", { way: "out", data: shown(data) }, data);
    }
  }

  close(code, reason) {
    this.#socket?.close(code, reason);
    this.panel.note(`closing: ${code} ${reason}`);
  }

  #open() {
    const old = this.#socket;
    const own = new WebSocket(this.#url, this.#options.protocols());
    this.#socket = own;
    old?.close(1000, "opened anew");
    own.binaryType = "arraybuffer";
    this.panel.begin();
    this.#numbers = { sent: 0, received: 0 };
    this.#showCounts();
    this.panel.note(`connecting to ${own.url}`);
    this.panel.show("connecting");
    this.#showButton();
    const guarded = handle => event => { if (this.#socket === own) handle(event); };
    own.onopen = guarded(() => this.#opened(own));
    own.onmessage = guarded(({ data }) => {
      this.#count("received", { way: "in", data: shown(data) }, data);
      this.#options.hears(data);
    });
    own.onclose = guarded(event => this.#closed(event));
  }

  #opened({ protocol, extensions }) {
    this.panel.show("open", [STATES.open, "WebSocket", protocol, extensions.split(";")[0]].filter(part => part).join(" · "));
    this.#sendWaiting();
    this.#options.changed(true);
  }

  #closed({ code, reason, wasClean }) {
    this.#socket = undefined;
    this.#waiting = [];
    const meaning = `${code} ${MEANINGS[code] ?? "of the application"}`;
    this.panel.note(`closed: ${meaning}${reason && ` (${reason})`}${wasClean ? "" : ": refused, or the connection broke"}`);
    this.#showCounts();
    this.#showButton();
    this.panel.show(wasClean && (code < 1002 || code === 1005 || code >= 4100) ? "ended" : "error", `Closed · ${meaning}`);
    this.#options.changed(false);
  }

  #count(way, entry, data) {
    this.#numbers[way]++;
    const binary = typeof data !== "string" && `${formatBytes(size(data))} binary`;
    this.panel.add({ ...entry, binary });
    this.#frameDue ||= requestAnimationFrame(() => this.#showCounts());
  }

  #showButton() {
    const live = this.#socket !== undefined;
    this.#button.textContent = live ? "Disconnect" : "Connect";
    this.#button.setAttribute("aria-label", `${this.#button.textContent}: ${this.#example.title}`);
    this.#button.classList.toggle("running", live);
  }

  #showCounts() {
    cancelAnimationFrame(this.#frameDue);
    this.#frameDue = 0;
    for (const [way, number] of Object.entries(this.#numbers)) {
      this.#counts[way].dataset[way] = number;
      this.#counts[way].textContent = `${number.toLocaleString("en")} ${way}`;
    }
  }
}

/** What to say, besides what somebody types. Some of it is wrong on purpose. */
const SAMPLES = {
  "ws-echo": { Hello: "Hello", "Mühlräder, 3 €": "Mühlräder, 3 €", "1 MB of text": () => "millrace".repeat(131_072) },
  "ws-public": { "Good morning": "Good morning", bye: "bye" },
  "ws-room": { Hello: "Hello", "a long one": () => "the mill turns, ".repeat(500) },
  "ws-members": { Hello: "Hello" },
  "ws-typed": {
    "grind rye": '{"type":"grind","grain":"rye","kilos":20}', "open the gate": '{"type":"gate","percent":60}',
    "too little": '{"type":"grind","grain":"","kilos":0}', "no such type": '{"type":"fly"}', "no JSON": "rye, please",
  },
};

/** A card to write messages in. */
export function talkCard(example, options = {}) {
  const input = element("input", { type: "text", value: Object.values(SAMPLES[example.id])[0], "data-message": true, "aria-label": "Message", autocomplete: "off" });
  const bytes = element("input", { type: "checkbox", "data-binary": true });
  const say = text => card.send(bytes.checked ? new TextEncoder().encode(text).buffer : text);
  const form = element("form", { class: "say", submit: event => {
    event.preventDefault();
    say(input.value);
  } }, input, element("button", { type: "submit", class: "run quiet", "data-send": true }, "Send"));
  const samples = element("div", { class: "samples" },
    ...Object.entries(SAMPLES[example.id]).map(([name, text]) => element("button", { type: "button", class: "sample", "data-sample": name, click: () => {
      const chosen = typeof text === "string" ? text : text();
      if (chosen.length < 200) input.value = chosen;
      say(chosen);
    } }, name)),
    ...(example.id === "ws-typed" ? [] : [element("label", { class: "raw" }, bytes, "as bytes")]));
  const card = new SocketCard(example, { ...options, tools: [form, samples] });
  return card.node;
}

/** The room's page offers two versions of what it speaks; its server knows the second. */
export const roomCard = example => talkCard(example, { protocols: () => ["room.v3", "room.v2"] });

/** With and without the subprotocol that has a refusal told by a close code. */
export function membersCard(example) {
  const offers = element("input", { type: "checkbox", checked: true, "data-offers": true });
  return talkCard(example, { protocols: () => (offers.checked ? ["millrace.v1"] : []),
    controls: [element("label", { class: "raw" }, offers, "offer millrace.v1")] });
}

/** A card that only listens. */
export const listenCard = example => new SocketCard(example).node;

/** A file as one message. */
export function uploadSocketCard(example) {
  const progress = element("progress", { max: "1", value: "0", "aria-label": "Progress of the message" });
  const input = element("input", { type: "file", class: "offscreen", "data-file": true, change: async () => {
    if (input.files[0]) send(await input.files[0].arrayBuffer());
    input.value = ""; // so that the same file can be chosen again
  } });
  const MB = 1_000_000;
  const card = new SocketCard(example, {
    above: [progress],
    controls: [
      action("5 MB", () => send(new ArrayBuffer(5 * MB)), { "data-five": true }),
      action("60 MB", () => send(new ArrayBuffer(60 * MB)), { "data-too-large": true }),
      element("label", { class: "run quiet file" }, input, "A file"),
    ],
    hears: text => compare(JSON.parse(text)),
    changed: open => { if (!open) progress.value = 0; },
  });
  let digest;

  /** The browser says only how much has not yet left. */
  async function send(content) {
    digest = await sha256(content);
    card.send(content);
    progress.value = 0;
    const draw = () => {
      const left = card.buffered;
      progress.value = 1 - left / content.byteLength;
      if (left > 0) requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
  }

  function compare({ sha256: received }) {
    progress.value = 1;
    if (digest) card.panel.note(received === digest ? "the same SHA-256 as here: it has arrived whole" : "another SHA-256 than here");
  }

  return card.node;
}

/** Nothing where the browser does not let pages compute it: without TLS, elsewhere than on localhost. */
async function sha256(content) {
  const bytes = new Uint8Array(await crypto.subtle?.digest("SHA-256", content) ?? []);
  return [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("");
}
