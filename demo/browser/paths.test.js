// The paths that others rely on, asked for as a program would.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { after, before, test } from "node:test";
import { startDemo, until, untilIdle } from "./demo.js";

let demo;

before(async () => { demo = await startDemo(); });
after(async () => { await demo?.stop(); });

const ask = (path, headers = {}) => fetch(demo.origin + path, { headers, signal: AbortSignal.timeout(20_000) });

/** As `ask`, with all headers: fetch keeps some to itself. */
async function plain(path) {
  const [response] = await once(http.get(demo.origin + path, { agent: false }), "response");
  response.resume();
  return { status: response.statusCode, headers: response.headers };
}

/** The status that answers a request for a WebSocket. */
function handshake(path, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.get(demo.origin + path, { agent: false, headers: {
      Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", ...headers } });
    request.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve(response.statusCode);
    });
    request.on("response", response => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on("error", reject);
  });
}

async function dataOf(path) {
  const response = await ask(path);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("Content-Type"), /^text\/event-stream/);
  const events = (await response.text()).split("\n\n").filter(event => event.includes("data:"));
  return events.map(event => /^data: (.*)$/m.exec(event)[1]);
}

/** The chunks of a response, each with the milliseconds since the one before. */
async function chunksOf(path) {
  const response = await ask(path);
  const decoder = new TextDecoder();
  const chunks = [];
  let last = performance.now();
  for await (const bytes of response.body) {
    chunks.push({ text: decoder.decode(bytes), gap: performance.now() - last });
    last = performance.now();
  }
  return { response, chunks };
}

test("hello is one event, and one JSON value to who asks for JSON", async () => {
  assert.deepEqual(await dataOf("/examples/hello"), ["Hello World"]);
  assert.deepEqual(await (await ask("/examples/hello", { Accept: "application/json" })).json(), ["Hello World"]);
});

test("message is one JSON object", async () => {
  const [only, ...more] = (await dataOf("/examples/message")).map(data => JSON.parse(data));
  assert.equal(typeof only, "object");
  assert.deepEqual(more, []);
});

test("array is 1 to 5 on every wire", async () => {
  assert.deepEqual(await dataOf("/examples/array"), ["1", "2", "3", "4", "5"]);
  assert.equal(await (await ask("/examples/array", { Accept: "application/x-ndjson" })).text(), "1\n2\n3\n4\n5\n");
  assert.deepEqual(await (await ask("/examples/array", { Accept: "application/json" })).json(), [1, 2, 3, 4, 5]);
});

test("generator and publisher each send ten events and end", async () => {
  const [steps, loads] = await Promise.all([dataOf("/examples/generator"), dataOf("/examples/publisher")]);
  assert.deepEqual(steps.map(step => JSON.parse(step).step), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.equal(loads.length, 10);
  for (const load of loads) assert.ok(JSON.parse(load).system >= 0, load);
});

test("future is one event after about a second", async () => {
  const began = performance.now();
  assert.deepEqual(await dataOf("/examples/future"), ['{"answer":42}']);
  assert.ok(performance.now() - began >= 950);
});

test("file is some MB of text, every byte of it", async () => {
  const response = await ask("/examples/file");
  assert.match(response.headers.get("Content-Type"), /^text\/plain/);
  const text = await response.text();
  assert.equal(text.length, 4_228_700);
  assert.ok(text.startsWith("2\n3\n5\n7\n11\n") && text.endsWith("\n7999993\n"));
});

test("fetch passes on what another endpoint sends", async () => {
  const { response, chunks } = await chunksOf("/examples/fetch");
  assert.match(response.headers.get("Content-Type"), /^application\/json/);
  assert.equal(JSON.parse(chunks.map(chunk => chunk.text).join("")).items.length, 8);
  assert.ok(chunks.length >= 8, "passed on while it came");
});

test("fetch-error tells of the failure in an event named error", async () => {
  const text = await (await ask("/examples/fetch-error")).text();
  assert.match(text, /event: error\ndata: \{"error":"the other server answered 404"\}\n\n$/);
});

test("logs are the server's last lines and then what it logs", async () => {
  const response = await ask("/examples/logs");
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  await until(async () => {
    await fetch(`${demo.origin}/examples/hello`).then(hello => hello.text());
    text += decoder.decode((await reader.read()).value);
    return text;
  }, seen => /GET \/examples\/logs opened[^]*GET \/examples\/hello completed/.test(seen), { what: "a log with its own opening" });
  await reader.cancel();
});

test("stream is three chunks of text a second apart", async () => {
  const { response, chunks } = await chunksOf("/examples/stream");
  assert.match(response.headers.get("Content-Type"), /^text\/plain/);
  assert.deepEqual(chunks.map(chunk => chunk.text), ["Hello ", "streaming ", "world!"]);
  for (const { gap } of chunks.slice(1)) assert.ok(gap > 700, `${gap} ms`);
});

test("data-stream is one JSON document, written as it grows", async () => {
  const { response, chunks } = await chunksOf("/examples/data-stream?count=3");
  assert.match(response.headers.get("Content-Type"), /^application\/json/);
  assert.equal(JSON.parse(chunks.map(chunk => chunk.text).join("")).items.length, 3);
  assert.ok(chunks.length >= 3);
  for (const count of ["0", "1001", "-1", "three", ""]) {
    assert.equal((await ask(`/examples/data-stream?count=${count}`)).status, 400, count);
  }
});

test("counter says retry and ten ids, and goes on after the last that was seen", async () => {
  const whole = await (await ask("/examples/counter")).text();
  assert.match(whole, /^retry: 1000\n\n/);
  assert.deepEqual([...whole.matchAll(/^id: (.*)$/gm)].map(([, id]) => id), Array.from({ length: 10 }, (_, n) => `msg-${n + 1}`));
  assert.equal(whole.match(/^event: counter$/gm).length, 10);
  const rest = await (await ask("/examples/counter", { "Last-Event-ID": "msg-8" })).text();
  assert.deepEqual([...rest.matchAll(/^id: (.*)$/gm)].map(([, id]) => id), ["msg-9", "msg-10"]);
  assert.equal((await ask("/examples/counter", { "Last-Event-ID": "msg-10" })).status, 204);
});

test("feed comes in three formats, and 400 for another", async () => {
  const json = await ask("/examples/feed?format=json");
  assert.match(json.headers.get("Content-Type"), /^application\/json/);
  const releases = await json.json();
  const csv = await ask("/examples/feed?format=csv");
  assert.match(csv.headers.get("Content-Type"), /^text\/csv/);
  assert.equal((await csv.text()).trimEnd().split("\r\n").length, releases.length + 1);
  const xml = await ask("/examples/feed?format=xml");
  assert.match(xml.headers.get("Content-Type"), /^application\/xml/);
  assert.equal((await xml.text()).match(/<release /g).length, releases.length);
  assert.equal((await ask("/examples/feed?format=yaml")).status, 400);
});

test("the examples' code is the code that runs", async () => {
  const examples = await (await ask("/examples.json")).json();
  assert.equal(examples.length, 38);
  for (const { path, method, code } of examples) {
    assert.match(path, /^\/examples\//);
    const route = path.slice("/examples".length).replace(/[.{}]/g, "\\$&");
    assert.match(code, new RegExp(`^routes\\.((with|guard)\\(.*\\)\\.)?(${method.toLowerCase()}|stream)\\("${route}", .*;$`, "m"));
    assert.match(code, /^(record|sealed|private final|var|routes)/, "not indented");
    assert.doesNotMatch(code, /<\/?[a-z-]+>$/m, "no markers");
  }
});

const SOCKETS = ["echo", "public", "game", "upload", "live-updates", "typed", "members?as=member", "room/mill/user/ann", "outbox"];

test("a WebSocket's path says to who asks for none what has to be asked for", async () => {
  for (const path of SOCKETS) {
    const { status, headers } = await plain(`/examples/ws/${path}`);
    assert.equal(status, 426, path);
    assert.equal(headers.upgrade, "websocket");
    assert.equal(headers["sec-websocket-version"], "13");
  }
  assert.equal((await plain("/examples/ws/members")).status, 401, "the guard is asked first");
  assert.equal((await plain("/examples/ws/members?as=guest")).status, 403);
  assert.equal((await plain("/examples/ws/nothing")).status, 404);
});

test("every WebSocket's path answers a handshake with 101, every stream's too", async () => {
  for (const path of [...SOCKETS.map(socket => `ws/${socket}`), "ticks", "hello", "array"]) {
    assert.equal(await handshake(`/examples/${path}`), 101, path);
  }
  assert.equal(await handshake("/examples/ws/members?as=guest"), 403);
  assert.equal(await handshake("/examples/ws/echo", { Origin: "http://elsewhere.example" }), 403);
  assert.equal(await handshake("/examples/ws/echo", { Origin: demo.origin }), 101);
  assert.equal(await handshake("/examples/ws/echo", { "Sec-WebSocket-Version": "8" }), 426);
  assert.equal(await handshake("/status"), 200, "what is no stream is what it is");
  await untilIdle(demo);
});

test("files of the page have their types and a policy, and no other file can be had", async () => {
  const types = { "/": /^text\/html/, "/app.js": /^text\/javascript/, "/style.css": /^text\/css/, "/logo.svg": /^image\/svg\+xml$/ };
  for (const [path, type] of Object.entries(types)) {
    const response = await ask(path);
    assert.equal(response.status, 200, path);
    assert.match(response.headers.get("Content-Type"), type);
    assert.match(response.headers.get("Content-Security-Policy"), /^default-src 'self'/);
    assert.equal(response.headers.get("X-Content-Type-Options"), "nosniff");
    assert.equal(response.headers.get("Cache-Control"), "no-cache");
    assert.match(response.headers.get("X-Request-Id"), /^[0-9a-z]+$/);
    const again = await ask(path, { "If-None-Match": response.headers.get("ETag") });
    assert.equal(again.status, 304, path);
  }
  for (const path of ["/logback.xml", "/..%2flogback.xml", "/%2e%2e/logback.xml", "/public/app.js", "/source/dev"]) {
    assert.ok([400, 404].includes((await ask(path)).status), path);
  }
});

test("1,000 clients vanish at once, and with them their streams, timers and threads", async () => {
  const { hostname, port } = new URL(demo.origin);
  const sockets = await Promise.all(Array.from({ length: 1000 }, async () => {
    const socket = net.connect({ host: hostname, port: Number(port) });
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write("GET /examples/ticks HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await once(socket, "data");
    return socket;
  }));
  const alive = await until(demo.status, ({ streams, timers }) => streams === 1000 && timers === 1000, { what: "1,000 ticking streams" });
  assert.ok(alive.connections >= 1000);
  for (const socket of sockets) socket.resetAndDestroy();
  await untilIdle(demo);
});

test("SIGTERM ends the streams and then the process", async () => {
  const other = await startDemo();
  const ticks = await fetch(`${other.origin}/examples/ticks`);
  const text = ticks.text();
  await until(other.status, ({ timers }) => timers === 1, { what: "the ticks" });
  const { code, signal } = await other.stop();
  assert.equal(code, 143, `ended with ${signal ?? code}`);
  assert.match(await text, /data: \{"type":"connected"\}[^]*retry: \d+\n\n$/);
  assert.match(other.log.at(-1), /stopped$/);
});
