import { CardFrame, STATES, action, paramField } from "./card.js";
import { element } from "./dom.js";
import { RoomStream, numberOf, post } from "./room.js";

const MOST_SHOWN = 200; // messages a side
const AWAY = 700;       // ms between two messages that a side misses
const MISSED = ["The gate is open.", "Rye first, then wheat.", "Mind your fingers."];

/** The same room over two wires, side by side. Each side can be cut off, and come back to what it has missed. */
export function chatCard(example) {
  const room = paramField({ name: "room", value: "lobby" }, rejoin, () => frame.showCommand());
  const join = action("Join", toggle, { "data-run": true });
  const address = {
    sse: name => `${example.path}?${new URLSearchParams({ room: roomName(), username: name })}`,
    ws: name => `/examples/ws/chat/${encodeURIComponent(roomName())}?${new URLSearchParams({ username: name })}`,
  };
  const sides = [
    new Side("sse", "Server-Sent Events", "Ada", address.sse, (stream, username, message) => post("/examples/chat/send", { room: roomName(), username, message })),
    new Side("ws", "WebSocket", "Ben", address.ws, (stream, username, message) => stream.send({ username, message })),
  ];
  for (const side of sides) {
    side.changed = show;
    side.others = (username, message) => post("/examples/chat/send", { room: roomName(), username, message });
  }
  const frame = new CardFrame(example, () => `curl -N '${location.origin}${address.sse("Ada")}'`,
    element("div", { class: "controls" }, join, room), element("div", { class: "sides" }, ...sides.map(({ node }) => node)));
  frame.node.classList.add("wide");
  frame.node.append(frame.node.querySelector(".code")); // the sides come first, and the code has the whole width
  frame.showCommand();
  show();

  function roomName() {
    return room.querySelector("input").value;
  }

  function toggle() {
    const leave = sides.some(side => side.isIn);
    for (const side of sides) {
      if (leave) side.leave();
      else side.join();
    }
  }

  function rejoin() {
    for (const side of sides) if (side.isIn) side.join();
  }

  function show() {
    const isIn = sides.some(side => side.isIn);
    join.textContent = isIn ? "Leave" : "Join";
    join.classList.toggle("running", isIn);
    join.classList.remove("quiet");
  }

  return frame.node;
}

/** One stream in the room: who is there, what has been said, and a place to say something. */
class Side {
  #url;
  #send;
  #stream;
  #state = element("span", { class: "state", role: "status" });
  #position = element("code", { class: "position", "data-position": true });
  #members = element("p", { class: "members", "data-members": true, "aria-label": "In this room" });
  #list = element("ol", { class: "talk", "data-talk": true });
  #log = element("div", { class: "log room", role: "log", "aria-live": "off", tabindex: "0" }, this.#list);
  #name;
  #text = element("input", { type: "text", "data-message": true, "aria-label": "Message", placeholder: "Message", maxlength: "2000", autocomplete: "off" });
  #say = element("button", { type: "submit", class: "run quiet", "data-send": true }, "Send");
  #cut = action("Cut, and come back", () => this.#away(), { "data-cut": true });
  #present = new Map();
  #missed = 0;      // the number of the last message that was missed
  #visit = 0;       // changes whenever somebody joins, leaves or cuts: what went on before is over
  isIn = false;
  changed = () => {};
  others = () => {};

  constructor(wire, label, name, url, send) {
    this.#url = url;
    this.#send = send;
    this.#name = element("input", { type: "text", value: name, size: "7", maxlength: "40", class: "who", "data-name": true, "aria-label": "Your name", autocomplete: "off", change: () => this.#renamed() });
    this.#log.setAttribute("aria-label", `Messages by ${label}`);
    this.#stream = new RoomStream(wire, ["members", "presence"], {
      opened: () => this.#show("open", `${STATES.open} · ${label}`),
      received: event => this.#hear(event),
      lost: () => this.#show("connecting", "Connection lost; connecting again…"),
      ended: why => this.#over("ended", why),
      failed: why => this.#over("error", why),
    });
    this.node = element("div", { class: "side", "data-side": wire },
      element("div", { class: "panel deep" }, element("p", { class: "caption" }, this.#state, this.#position), this.#members, this.#log),
      element("form", { class: "say", submit: event => {
        event.preventDefault();
        this.#speak();
      } }, this.#name, this.#text, this.#say),
      element("div", { class: "controls" }, this.#cut));
    this.#show("idle", `${STATES.idle} · ${label}`);
  }

  join() {
    this.#list.replaceChildren();
    this.#present.clear();
    this.#drawMembers();
    this.#enter(() => this.#stream.join(this.#url(this.#name.value)));
  }

  #enter(open) {
    this.#visit++;
    this.#missed = 0;
    this.isIn = true;
    this.#show("connecting");
    open();
  }

  leave() {
    this.#stream.cut();
    this.#over("stopped");
  }

  #over(state, why) {
    this.#visit++;
    this.isIn = false;
    this.#present.clear();
    this.#drawMembers();
    if (why) this.#note(why);
    this.#show(state);
  }

  #renamed() {
    if (this.isIn) this.#enter(() => this.#stream.open(this.#url(this.#name.value)));
  }

  /** Cuts the connection, has three messages sent by somebody else, and comes back with the position that it had. */
  async #away() {
    const visit = ++this.#visit;
    this.#stream.cut();
    this.#show("connecting", "Cut: nothing arrives");
    this.#note(`cut at ${this.#stream.position || "no position"}`);
    try {
      for (const text of MISSED) {
        await new Promise(resolve => setTimeout(resolve, AWAY));
        if (visit !== this.#visit) return;
        const { messageId } = await this.others("Miller", text);
        this.#missed = numberOf(messageId);
      }
    } catch (error) {
      this.#note(error.message);
    }
    if (visit !== this.#visit) return;
    this.#note(`back, behind ${this.#stream.position || "no position"}`);
    this.#stream.open();
  }

  async #speak() {
    const message = this.#text.value;
    try {
      await this.#send(this.#stream, this.#name.value, message);
      this.#text.value = "";
    } catch (error) {
      this.#note(error.message);
    }
  }

  #hear({ name, data, id }) {
    if (name === "message") this.#add(data, id);
    else if (name === "members") {
      this.#present = new Map((data.members ?? []).map(member => [member.id, member]));
      this.#drawMembers(data.size);
    } else if (name === "presence") {
      for (const gone of data.left ?? []) this.#present.delete(gone);
      for (const member of data.joined ?? []) this.#present.set(member.id, member);
      this.#drawMembers(data.size);
    } else if (name === "gap") this.#note(`${data.from} to ${data.to} are kept no more (${data.reason})`);
    else if (name === "error") this.#note(data.error ?? JSON.stringify(data));
    this.#position.textContent = this.#stream.position;
    this.#position.title = `Last position: ${this.#stream.position}`;
  }

  #add({ username, message, time }, id) {
    const missed = numberOf(id) <= this.#missed;
    const at = new Date(time);
    this.#append(element("li", { class: username === this.#name.value ? "mine" : undefined, "data-id": id, "data-missed": missed },
      element("span", { class: "by" }, username, element("time", { datetime: time }, at.toLocaleTimeString("en-GB")), element("span", { class: "number", title: id }, `#${numberOf(id)}`),
        ...(missed ? [element("span", { class: "tag" }, "missed, given now")] : [])),
      element("span", { class: "words" }, message)));
  }

  #note(text) {
    this.#append(element("li", { class: "note" }, text));
  }

  #append(item) {
    const below = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight;
    this.#list.append(item);
    while (this.#list.childElementCount > MOST_SHOWN) this.#list.firstElementChild.remove();
    if (below < 40) this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** Above a threshold the server tells how many there are, and not who. */
  #drawMembers(size = this.#present.size) {
    const names = [...this.#present.keys()].map(name => element("span", { class: "member" }, name));
    const more = size - names.length;
    this.#members.dataset.size = size;
    this.#members.replaceChildren(...names, ...(more > 0 ? [names.length ? `and ${more} more` : `${more} people`] : []));
  }

  #show(state, text = STATES[state]) {
    this.#state.dataset.state = state;
    this.#state.textContent = text;
    this.#say.disabled = this.#cut.disabled = state !== "open";
    this.changed();
  }
}
