import { Place } from "./places.js";

const RETRY = 1000; // ms, as the server tells EventSource
/** After these a WebSocket may come back: the server goes away, the connection broke, an error, a restart, too slow. */
const RETRIED = [1001, 1006, 1011, 1012, 1013];

/**
 * A stream that has joined a room, over "sse" or "ws". It knows its position, so it can be cut and taken up again behind the last
 * message that came. Reports to one listener:
 *
 *   opened()                      it is connected
 *   received({name, data, id})    an event; its data as a value, its id as it came
 *   lost()                        the connection broke; it connects again by itself
 *   ended(why) | failed(why)      the last call, until it is opened again
 */
export class RoomStream {
  #wire;
  #names;
  #listener;
  #place;
  #url;
  #socket;
  #stop = () => {};

  /** What the server has told last; goes with the next connection. */
  position = "";

  /** EventSource listens for events that it knows by name: `names` are the room's own. */
  constructor(wire, names, listener) {
    this.#wire = wire;
    this.#names = new Set(["message", "gap", ...names]);
    this.#listener = listener;
    this.#place = new Place(why => {
      this.cut();
      listener.ended(why);
    });
  }

  /** Joins anew, as if for the first time. */
  join(url) {
    this.position = "";
    this.open(url);
  }

  /** Goes on behind the last message. */
  open(url = this.#url) {
    this.cut();
    this.#url = url;
    if (this.#wire === "sse") this.#place.take(); // a WebSocket is none of the six connections
    let over = false;
    const report = Object.fromEntries(["opened", "received", "lost", "ended", "failed"].map(name => [name, value => {
      if (over) return;
      if (name === "ended" || name === "failed") this.cut();
      if (name === "received" && value.id) this.position = value.id;
      this.#listener[name](value);
    }]));
    const stop = this.#wire === "sse" ? this.#readEvents(report) : this.#readMessages(report);
    this.#stop = () => {
      over = true;
      stop();
    };
  }

  /** Closes; nothing more is reported. */
  cut() {
    this.#stop();
    this.#stop = () => {};
    this.#place.leave();
  }

  /** The query says what EventSource cannot: it sends a `Last-Event-ID` only when it reconnects by itself. */
  #address() {
    const url = new URL(this.#url, location.origin);
    if (this.position) url.searchParams.set("lastEventId", this.position);
    return url.href;
  }

  #readEvents(report) {
    const source = new EventSource(this.#address());
    let opened = false;
    const receive = ({ type, data, lastEventId }) => report.received({ name: type, data: value(data), id: lastEventId });
    source.onopen = () => {
      opened = true;
      report.opened();
    };
    source.addEventListener("error", event => {
      if (event instanceof MessageEvent) receive(event); // the server's own event named "error"
      else if (source.readyState !== EventSource.CLOSED) report.lost();
      else if (opened) report.ended("all has been sent"); // it came back, and was answered with 204
      else report.failed("refused by the server");
    });
    for (const name of this.#names) source.addEventListener(name, receive);
    return () => source.close();
  }

  /** What EventSource does by itself: take the position from what comes, and connect again with it. */
  #readMessages(report) {
    let timer;
    let opened = false;
    const connect = () => {
      const socket = new WebSocket(this.#address().replace(/^http/, "ws"));
      this.#socket = socket;
      socket.onopen = () => {
        opened = true;
        report.opened();
      };
      socket.onmessage = ({ data: text }) => {
        const { event = "message", id, data } = JSON.parse(text);
        if (data !== undefined) report.received({ name: event, data, id });
        else if (id) this.position = id; // it has joined, and nothing has been said yet
      };
      socket.onclose = ({ code, reason }) => {
        const why = `${code} ${reason}`.trim();
        if (code === 1000) report.ended(why);
        else if (!opened) report.failed("refused by the server");
        else if (!RETRIED.includes(code)) report.failed(why);
        else {
          report.lost();
          timer = setTimeout(connect, RETRY);
        }
      };
    };
    connect();
    return () => {
      clearTimeout(timer);
      this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
      this.#socket.close();
    };
  }

  /** Sends a message; over "ws" only. */
  send(text) {
    this.#socket.send(text);
  }
}

/** Data that is no JSON is text. */
function value(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
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
