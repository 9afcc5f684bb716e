/**
 * The wires as a browser can read them. Each `read…` function reports to one listener:
 *
 *   opened(detail)          the response's head has arrived
 *   received(entry, bytes)  entry: {data, name?, id?, retry?, comment?, raw?}; bytes: what it cost, or a whole chunk's
 *   lost()                  EventSource only: the connection broke and the browser reconnects
 *   ended() | failed(why)   the last call
 *
 * and returns a function that stops it; after that nothing more is reported.
 */
export const wires = {
  sse: { label: "SSE", accept: "text/event-stream" },
  ndjson: { label: "NDJSON", accept: "application/x-ndjson" },
  json: { label: "JSON", accept: "application/json" },
  text: { label: "Text", accept: "text/plain" },
  ws: { label: "WebSocket" },
};

/** The browser's own reader: reconnects by itself, but hides comments and `retry`, and cannot tell an end from a failure. */
export function readEventSource(url, names, listener) {
  const source = new EventSource(url);
  const receive = event => {
    const name = event.type === "message" ? undefined : event.type;
    listener.received({ data: event.data, name, id: event.lastEventId || undefined }, encodedLength(event.data));
  };
  source.onopen = () => listener.opened("EventSource");
  source.addEventListener("error", event => {
    if (event instanceof MessageEvent) receive(event); // the server's own event named "error"
    else if (source.readyState === EventSource.CLOSED) listener.failed("the server refused the stream");
    else listener.lost();
  });
  for (const name of new Set(["message", ...names])) if (name !== "error") source.addEventListener(name, receive);
  return () => source.close();
}

/** Any wire through fetch. The response's content type, not what was asked for, decides how it is read. */
export function readFetch(url, accept, raw, listener) {
  const abort = new AbortController();
  const run = async () => {
    const response = await fetch(url, { headers: { Accept: accept }, signal: abort.signal, cache: "no-store" });
    const type = (response.headers.get("Content-Type") ?? "").split(";")[0].trim();
    listener.opened(`${response.status} ${type}`);
    const parser = raw ? new LineParser("\n") : parserFor(type);
    const decoder = new TextDecoder();
    const report = (text, bytes) => {
      for (const entry of parser.push(text)) {
        listener.received(raw ? { ...entry, raw: true } : entry, bytes);
        bytes = 0;
      }
      if (bytes > 0) listener.received(undefined, bytes); // counted, but no event is complete yet
    };
    for await (const chunk of chunksOf(response.body)) report(decoder.decode(chunk, { stream: true }), chunk.length);
    for (const entry of parser.finish()) listener.received(raw ? { ...entry, raw: true } : entry, 0);
    if (response.ok) listener.ended();
    else listener.failed(`${response.status} ${response.statusText}`.trim());
  };
  run().catch(error => {
    if (!abort.signal.aborted) listener.failed(error.message);
  });
  return () => abort.abort();
}

/** The same route as a WebSocket: each event is a message; those with a name or an id are in an envelope. */
export function readSocket(url, listener) {
  const socket = new WebSocket(url.replace(/^http/, "ws"));
  socket.onopen = () => listener.opened("WebSocket");
  socket.onmessage = ({ data }) => listener.received({ data }, encodedLength(data));
  socket.onclose = ({ code, reason }) => {
    if (code === 1000) listener.ended();
    else listener.failed(`closed with ${code} ${reason}`.trim());
  };
  return () => socket.close();
}

/** Safari cannot iterate a response's body yet. */
async function* chunksOf(body) {
  const reader = body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

function parserFor(type) {
  if (type === "text/event-stream") return new EventStreamParser();
  if (type === "application/x-ndjson" || type === "application/jsonl") return new LineParser();
  return { push: text => (text ? [{ data: text }] : []), finish: () => [] }; // chunks, as the network delivered them
}

/** Lines, each without its line feed, or with `mark` where the line feed was. */
class LineParser {
  #rest = "";
  #mark;

  constructor(mark = "") {
    this.#mark = mark;
  }

  push(text) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop();
    return lines.map(line => ({ data: line + this.#mark }));
  }

  finish() {
    return this.#rest ? [{ data: this.#rest }] : [];
  }
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation, and comments reported too. */
export class EventStreamParser {
  #rest = "";
  #event = {};

  /** Complete events in `text` and what earlier calls left over. */
  push(text) {
    let input = this.#rest + text;
    // A CR at the end may be half of a CRLF: it waits for the next chunk.
    const held = input.endsWith("\r") ? "\r" : "";
    if (held) input = input.slice(0, -1);
    const lines = input.split(/\r\n|\r|\n/);
    this.#rest = lines.pop() + held;
    return lines.map(line => this.#line(line)).filter(entry => entry);
  }

  /** An event without its blank line is incomplete, and discarded as the standard says. */
  finish() {
    return [];
  }

  #line(line) {
    if (line === "") return this.#dispatch();
    if (line.startsWith(":")) return { comment: true, data: line.slice(1).trim() };
    const [, field, value] = /^([^:]*):? ?([^]*)$/.exec(line);
    if (field === "data") this.#event.data = this.#event.data === undefined ? value : `${this.#event.data}\n${value}`;
    else if (field === "event") this.#event.name = value;
    else if (field === "id" && !value.includes("\0")) this.#event.id = value;
    else if (field === "retry" && /^\d+$/.test(value)) this.#event.retry = value;
    return undefined;
  }

  /** `retry:` or `id:` alone dispatches nothing in a browser; here it is shown, because that is what the page is for. */
  #dispatch() {
    const { data, name, id, retry } = this.#event;
    const seen = data !== undefined || id !== undefined || retry !== undefined;
    this.#event = {};
    return seen ? { data, name, id, retry } : undefined;
  }
}

const encoder = new TextEncoder();
const encodedLength = text => encoder.encode(text).length;
