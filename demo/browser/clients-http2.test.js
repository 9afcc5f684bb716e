// WebSockets over HTTP/2 (RFC 8441) with Node's own client of HTTP/2, and frames made by hand.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import http2 from "node:http2";
import { after, before, beforeEach, afterEach, test } from "node:test";
import { startServer } from "./clients.js";

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const LIMIT = { timeout: 30_000 };

let server;
let session;

before(async () => { server = await startServer(); });
after(async () => { await server?.stop(); });
beforeEach(async () => { session = await connect(); });
afterEach(async () => {
  session.destroy();
  await server.untilIdle();
});

async function connect(settings = {}) {
  const made = http2.connect(server.https, { rejectUnauthorized: false, settings });
  made.on("error", () => {});
  await once(made, "remoteSettings");
  return made;
}

/** A frame as a client sends it: masked. */
function frame(opcode, payload = "", fin = true) {
  const content = Buffer.from(payload);
  const head = [(fin ? 0x80 : 0) | opcode];
  const length = content.length;
  if (length < 126) head.push(0x80 | length);
  else if (length < 65_536) head.push(0x80 | 126, length >> 8, length & 0xff);
  else head.push(0x80 | 127, 0, 0, 0, 0, length >>> 24, length >>> 16 & 0xff, length >>> 8 & 0xff, length & 0xff);
  const key = randomBytes(4);
  for (let i = 0; i < length; i++) content[i] ^= key[i & 3];
  return Buffer.concat([Buffer.from(head), key, content]);
}

function closing(code, reason = "") {
  return frame(CLOSE, Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]));
}

/** Reads whole frames; nothing that a server sends is masked. */
async function* framesOf(stream) {
  let bytes = Buffer.alloc(0);
  for await (const chunk of stream) {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      if (bytes.length < 2) break;
      assert.equal(bytes[1] & 0x80, 0, "not masked");
      const form = bytes[1] & 0x7f;
      const start = form < 126 ? 2 : form === 126 ? 4 : 10;
      if (bytes.length < start) break;
      const length = form < 126 ? form : form === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
      if (bytes.length < start + length) break;
      yield { fin: bytes[0] >= 0x80, opcode: bytes[0] & 0xf, payload: bytes.subarray(start, start + length) };
      bytes = bytes.subarray(start + length);
    }
  }
  assert.equal(bytes.length, 0, "whole frames to the end");
}

/** Extended CONNECT. */
async function open(path, headers = {}, on = session) {
  const stream = on.request({ ":method": "CONNECT", ":protocol": "websocket", ":scheme": "https", ":path": path,
    ":authority": new URL(server.https).host, "sec-websocket-version": "13", ...headers }, { endStream: false });
  const closed = new Promise(resolve => stream.once("close", () => resolve(stream.rstCode)));
  stream.on("error", () => {});
  const [response] = await once(stream, "response");
  const frames = framesOf(stream);
  return {
    stream, response, closed,
    send: (...parts) => stream.write(Buffer.concat(parts)),
    next: async () => (await frames.next()).value,
    /** A message, put together. */
    message: async () => {
      const parts = [];
      let opcode;
      for (;;) {
        const { value } = await frames.next();
        opcode ??= value.opcode;
        parts.push(value.payload);
        if (value.fin) return { opcode, payload: Buffer.concat(parts) };
      }
    },
  };
}

const codeOf = ({ payload }) => payload.readUInt16BE(0);

test("the server says that it takes extended CONNECT", LIMIT, () => {
  assert.equal(session.remoteSettings.enableConnectProtocol, true);
});

test("text, bytes, fragments and pings are answered, and the close ends the stream", LIMIT, async () => {
  const socket = await open("/echo");
  assert.equal(socket.response[":status"], 200);
  assert.equal(socket.response["sec-websocket-accept"], undefined);
  assert.equal(socket.response.upgrade, undefined);
  socket.send(frame(TEXT, "Hello 世界"));
  assert.equal((await socket.next()).payload.toString(), "Hello 世界");
  socket.send(frame(BINARY, Buffer.from([0, 255])));
  assert.deepEqual([...(await socket.next()).payload], [0, 255]);
  socket.send(frame(TEXT, "Hel", false), frame(PING, "ping"), frame(0, "lo"));
  const two = [await socket.next(), await socket.next()];
  assert.deepEqual(two.map(({ opcode, payload }) => [opcode, payload.toString()]), [[PONG, "ping"], [TEXT, "Hello"]]);
  socket.send(closing(3001, "bye"));
  const close = await socket.next();
  assert.equal(close.opcode, CLOSE);
  assert.equal(codeOf(close), 3001);
  assert.equal(await socket.next(), undefined, "END_STREAM");
  socket.stream.end();
  assert.equal(await socket.closed, http2.constants.NGHTTP2_NO_ERROR);
});

test("the server's close, and what it makes of a fault", LIMIT, async () => {
  const closed = await open("/close");
  closed.send(frame(TEXT, "because"));
  const close = await closed.next();
  assert.deepEqual([codeOf(close), close.payload.subarray(2).toString()], [4321, "because"]);
  closed.send(closing(4321));
  assert.equal(await closed.next(), undefined);
  const faulty = await open("/echo");
  faulty.send(Buffer.from([0x81, 1, 97]));
  assert.equal(codeOf(await faulty.next()), 1002, "not masked");
  assert.equal(await faulty.next(), undefined);
});

test("many sockets on one connection, and ordinary requests beside them", LIMIT, async () => {
  const sockets = await Promise.all(Array.from({ length: 50 }, () => open("/echo")));
  for (const [i, socket] of sockets.entries()) socket.send(frame(TEXT, `socket ${i}`));
  for (const [i, socket] of sockets.entries()) assert.equal((await socket.next()).payload.toString(), `socket ${i}`);
  const request = session.request({ ":path": "/echo" });
  const [{ ":status": status }] = await once(request, "response");
  request.resume();
  assert.equal(status, 426);
  for (const socket of sockets) socket.send(closing(1000));
  for (const socket of sockets) assert.equal(codeOf(await socket.next()), 1000);
});

test("RST_STREAM of the client ends its socket, and no other", LIMIT, async () => {
  const other = await open("/echo");
  const socket = await open("/echo");
  socket.send(frame(TEXT, "x"));
  await socket.next();
  socket.stream.close(http2.constants.NGHTTP2_CANCEL);
  await socket.closed;
  other.send(frame(TEXT, "still here"));
  assert.equal((await other.next()).payload.toString(), "still here");
  other.send(closing(1000));
  assert.equal(codeOf(await other.next()), 1000);
  await server.untilIdle();
});

test("END_STREAM without a close frame is answered with RST_STREAM", LIMIT, async () => {
  const socket = await open("/echo");
  socket.send(frame(TEXT, "x"));
  await socket.next();
  socket.stream.end();
  assert.equal(await socket.closed, http2.constants.NGHTTP2_CANCEL);
});

test("10 MiB there and back, through windows of 65,535 bytes", LIMIT, async () => {
  const content = randomBytes(10 << 20);
  const socket = await open("/echo");
  socket.send(frame(BINARY, content));
  const { opcode, payload } = await socket.message();
  assert.equal(opcode, BINARY);
  assert.ok(content.equals(payload));
  socket.send(closing(1000));
  assert.equal(codeOf(await socket.next()), 1000);
});

test("who does not read stops its own socket, and no other", LIMIT, async () => {
  const slow = await open("/flood");
  slow.stream.pause();
  const quick = await open("/echo");
  for (let i = 0; i < 100; i++) {
    quick.send(frame(TEXT, `${i}`));
    assert.equal((await quick.next()).payload.toString(), `${i}`);
  }
  for (let i = 0; i < 16; i++) assert.equal((await slow.message()).payload.length, 1 << 20);
  for (const socket of [slow, quick]) {
    socket.send(closing(1000));
    assert.equal(codeOf(await socket.next()), 1000);
  }
});

test("refusals are HTTP", LIMIT, async () => {
  for (const [path, headers, status] of [
    ["/nowhere", {}, 404],
    ["/echo", { origin: "https://evil.example" }, 403],
    ["/echo", { "sec-websocket-version": "12" }, 426],
    ["/echo", { ":protocol": "connect-udp" }, 501],
  ]) {
    const { stream, response } = await open(path, headers);
    assert.equal(response[":status"], status, `${path} ${JSON.stringify(headers)}`);
    if (status === 426) assert.equal(response["sec-websocket-version"], "13");
    stream.close();
  }
});

test("a subprotocol is agreed on, and compression", LIMIT, async () => {
  const chat = await open("/chat", { "sec-websocket-protocol": "chat.v1, chat.v2" });
  assert.equal(chat.response["sec-websocket-protocol"], "chat.v2");
  chat.send(closing(1000));
  await chat.next();
  const deflated = await open("/context", { "sec-websocket-extensions": "permessage-deflate" });
  assert.equal(deflated.response["sec-websocket-extensions"], "permessage-deflate");
  // "Hello" twice, the second by reference to the first (RFC 7692, section 7.2.3.2).
  deflated.send(frame(0x40 | TEXT, Buffer.from("f248cdc9c90700", "hex")), frame(0x40 | TEXT, Buffer.from("f200110000", "hex")));
  assert.ok((await deflated.next()).payload.length > 0);
  assert.ok((await deflated.next()).payload.length <= 5, "by reference, too");
  deflated.send(closing(1000));
  assert.equal(codeOf(await deflated.next()), 1000);
});
