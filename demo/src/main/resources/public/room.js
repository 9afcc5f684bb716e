import { socket, stream } from "./millrace.js";
import { Place } from "./places.js";

/**
 * A stream that has joined a room, over "sse" or "ws". The client knows its position, so it can be cut and taken up again behind the
 * last message that came. Reports to one listener:
 *
 *   opened()                      it is connected
 *   received({name, data, id})    an event; its data as a value, and the position after it
 *   lost()                        the connection broke; it connects again by itself
 *   ended(why) | failed(why)      the last call, until it is opened again
 */
export class RoomStream {
  #wire;
  #names;
  #listener;
  #place;
  #url;
  #live;
  #left = ""; // where it was when it was cut

  /** `names` are those of the room's own events. */
  constructor(wire, names, listener) {
    this.#wire = wire;
    this.#names = ["message", "gap", ...names];
    this.#listener = listener;
    this.#place = new Place(why => {
      this.cut();
      listener.ended(why);
    });
  }

  /** What the server has told last; goes with the next connection. */
  get position() {
    return this.#live?.lastEventId ?? this.#left;
  }

  /** Joins anew, as if for the first time. */
  join(url) {
    this.cut();
    this.#left = "";
    this.open(url);
  }

  /** Goes on behind the last message. */
  open(url = this.#url) {
    this.cut();
    this.#url = url;
    if (this.#wire === "sse") this.#place.take(); // a WebSocket is none of the six connections
    const live = (this.#wire === "sse" ? stream : socket)(url, { lastEventId: this.position });
    this.#live = live;
    const hear = (name, report) => live.on(name, event => live === this.#live && report(event));
    const receive = ({ type, data, lastEventId }) => this.#listener.received({ name: type, data, id: lastEventId });
    for (const name of this.#names) hear(name, receive);
    hear("error", event => event.reason || receive(event)); // the server's own event, or why it closes: that comes below
    hear("open", () => this.#listener.opened());
    hear("reconnecting", () => this.#listener.lost());
    hear("close", ({ reason }) => {
      this.cut();
      if (reason.status === 204) this.#listener.ended("all has been sent");
      else if (reason.clean) this.#listener.ended(reason.message);
      else this.#listener.failed(reason.message);
    });
  }

  /** Closes; nothing more is reported. */
  cut() {
    const live = this.#live;
    this.#left = this.position;
    this.#live = undefined;
    live?.close();
    this.#place.leave();
  }

  /** Sends a value; over "ws" only. */
  send(value) {
    this.#live.send(value);
  }
}

/** The number of a position, which is `epoch.number`: one order for all messages of all rooms. */
export const numberOf = position => Number(position.slice(position.lastIndexOf(".") + 1));

/** Sends JSON, and returns the answer's; an error has what the problem document says. */
export async function post(path, body) {
  const response = await fetch(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", Accept: "application/json" } });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.errors?.map(({ field, expected }) => `${field}: expected ${expected}`).join("; ") || answer.detail || `status ${response.status}`);
  return answer;
}
