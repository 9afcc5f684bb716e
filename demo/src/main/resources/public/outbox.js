import { CardFrame, STATES, action } from "./card.js";
import { element } from "./dom.js";
import { socket } from "./millrace.js";
import { numberOf } from "./room.js";
import { pageCode } from "./tabs.js";

const WAIT = { min: 300, max: 1000 }; // ms: who mends a cable does not want to wait for long
const SAMPLES = ["The gate is open.", "Rye first, then wheat.", "Mind your fingers."];
const MOST_SHOWN = 200;

const CODE = `const mill = socket("/examples/ws/outbox", { outbox: true });
const id = mill.send({ text: "The gate is open." });
mill.on("ack", event => tick(event.id));
mill.on("heard", event => show(event.data.text));`;

/** What a socket with an outbox has sent, and what the server's handler has heard of it. */
export function outboxCard(example) {
  const cable = new Cable();
  const sent = new Messages("What this page has sent", "Nothing has been sent yet.");
  const heard = new Messages("What the server’s handler has heard", "Nothing has been heard yet.");
  const state = element("span", { class: "state", role: "status" });
  const waiting = element("span", { "data-waiting": "0" }, "0 wait");
  const connect = action("Connect", toggle, { "data-run": true });
  const cut = action("Cut the connection", () => pull(!cable.isOut), { "data-cut": true });
  const words = element("input", { type: "text", value: SAMPLES[0], "data-message": true, "aria-label": "Message", maxlength: "500", autocomplete: "off" });
  const say = element("button", { type: "submit", class: "run quiet", "data-send": true }, "Send");
  const form = element("form", { class: "say", submit: event => {
    event.preventDefault();
    send();
  } }, words, say);
  const room = `box-${Math.random().toString(36).slice(2, 12)}`; // a new one for each page
  const path = `${example.path}?room=${room}`;
  const frame = new CardFrame(example, () => `websocat '${location.origin.replace(/^http/, "ws")}${path}'`,
    element("div", { class: "controls" }, connect, cut), form,
    element("div", { class: "sides" },
      element("div", { class: "side", "data-side": "sent" }, element("div", { class: "panel deep" }, element("p", { class: "caption" }, state, waiting), sent.node)),
      element("div", { class: "side", "data-side": "heard" }, element("div", { class: "panel deep" }, element("p", { class: "caption" }, "The server’s handler has heard", heard.count), heard.node))));
  frame.node.classList.add("wide");
  frame.node.append(frame.node.querySelector(".code"));
  frame.node.querySelector(".about").append(pageCode(CODE));
  frame.showCommand();
  const entries = new Map(); // of what waits, by the name under which it will be acknowledged
  let live;
  let count = 0;
  show("idle");

  function toggle() {
    if (live) live.close();
    else open();
  }

  function open() {
    cable.isOut = false;
    sent.clear();
    heard.clear();
    entries.clear();
    const own = socket(path, { outbox: true, WebSocket: cable.WebSocket, backoff: WAIT });
    live = own;
    const hear = (name, report) => own.on(name, event => own === live && report(event));
    hear("open", () => show("open", `${STATES.open} · WebSocket`));
    for (const name of ["reconnecting", "connecting"]) hear(name, () => show("connecting", cable.isOut ? "Cut: nothing leaves" : "Connecting again…"));
    hear("heard", ({ data, lastEventId }) => heard.add(data.text, { id: lastEventId, label: `#${numberOf(lastEventId)}`, time: data.time }));
    hear("gap", ({ data }) => heard.note(`${data.from} to ${data.to} are kept no more (${data.reason})`));
    hear("error", ({ data }) => data && heard.note(data.error ?? JSON.stringify(data)));
    hear("ack", ({ id }) => {
      const entry = entries.get(id);
      entries.delete(id);
      entry?.done();
      show();
    });
    hear("close", ({ reason }) => {
      live = undefined;
      for (const entry of entries.values()) entry.lost();
      entries.clear();
      show(reason.clean ? "stopped" : "error", reason.clean ? STATES.stopped : reason.message);
    });
    show("connecting", STATES.connecting);
  }

  function pull(out) {
    cable.isOut = out;
    sent.note(out ? "the connection is cut" : "the connection is mended");
    if (out) cable.cut();
    show();
  }

  function send() {
    try {
      const id = live.send({ text: words.value });
      entries.set(id, sent.add(words.value, { id, label: `#${id.slice(id.lastIndexOf(".") + 1)}`, time: new Date().toISOString(), waits: true }));
      words.value = SAMPLES[++count % SAMPLES.length];
      words.select();
    } catch (error) {
      sent.note(error.message);
    }
    show();
  }

  function show(name = state.dataset.state, text = name === state.dataset.state ? state.textContent : STATES[name]) {
    state.dataset.state = name;
    state.textContent = text;
    const open = !!live;
    waiting.dataset.waiting = entries.size;
    waiting.textContent = entries.size === 1 ? "1 waits" : `${entries.size} wait`;
    connect.textContent = open ? "Disconnect" : "Connect";
    connect.classList.toggle("running", open);
    connect.classList.remove("quiet");
    cut.textContent = open && cable.isOut ? "Mend the connection" : "Cut the connection";
    cut.disabled = say.disabled = !open;
  }

  return frame.node;
}

/** A cable that can be pulled out: what it carried breaks without a word, as in a tunnel, and nothing new comes about. */
class Cable {
  isOut = false;
  #socket;

  /** In the place of the browser's own. */
  WebSocket = (cable => function (url, protocols) {
    if (cable.isOut) {
      const none = { readyState: WebSocket.CLOSED, send() {}, close() {} };
      setTimeout(() => none.onclose?.({ code: 1006, reason: "" }), 50);
      return none;
    }
    cable.#socket = new WebSocket(url, protocols);
    return cable.#socket;
  })(this);

  cut() {
    const socket = this.#socket;
    const tell = socket?.onclose;
    if (!socket) return;
    // Acknowledgements that are under way are lost.
    socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null;
    socket.close();
    tell?.call(socket, { code: 1006, reason: "" });
  }
}

/** A log of messages. */
class Messages {
  #list;
  #number = 0;
  count = element("span", { "data-count": "0" }, "0");

  constructor(label, empty) {
    this.#list = element("ol", { class: "talk", "data-talk": true, "data-empty": empty });
    this.node = element("div", { class: "log room short", role: "log", "aria-live": "off", "aria-label": label, tabindex: "0" }, this.#list);
  }

  clear() {
    this.#list.replaceChildren();
    this.#count(0);
  }

  /** Returns what its fate can be told to. */
  add(text, { id, label, time, waits = false }) {
    const tag = element("span", { class: "tag" }, waits ? "waiting" : "");
    const item = element("li", { class: waits ? "mine" : undefined, "data-id": id, "data-fate": waits ? "waiting" : undefined },
      element("span", { class: "by" }, element("time", { datetime: time }, new Date(time).toLocaleTimeString("en-GB")), element("span", { class: "number", title: id }, label), tag),
      element("span", { class: "words" }, text));
    this.#append(item);
    this.#count(this.#number + 1);
    const become = (fate, words) => () => {
      item.dataset.fate = fate;
      tag.textContent = words;
    };
    return { done: become("acknowledged", "✓ acknowledged"), lost: become("lost", "not acknowledged") };
  }

  note(text) {
    this.#append(element("li", { class: "note" }, text));
  }

  #count(number) {
    this.#number = number;
    this.count.dataset.count = number;
    this.count.textContent = number;
  }

  #append(item) {
    this.#list.append(item);
    while (this.#list.childElementCount > MOST_SHOWN) this.#list.firstElementChild.remove();
    this.node.scrollTop = this.node.scrollHeight;
  }
}
