// WebSockets with clients that others have written: Node's ws, and Python's websockets.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { after, afterEach, before, describe, test } from "node:test";
import { promisify } from "node:util";
import WebSocket from "ws";
import { startServer } from "./clients.js";

let server;
const opened = [];

before(async () => { server = await startServer(); });
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.terminate();
  await server.untilIdle();
});
after(async () => { await server?.stop(); });

const LIMIT = { timeout: 30_000 };
const JSON_TEXT = JSON.stringify(Array.from({ length: 200 }, (_, id) => ({ id, name: `user ${id}`, active: id % 3 === 0 })));

/** A socket with what comes kept in order, so that nothing is missed between two awaits. */
async function open(url, options = {}, protocols = []) {
  const socket = new WebSocket(url, protocols, { rejectUnauthorized: false, perMessageDeflate: false, ...options });
  opened.push(socket);
  const upgraded = once(socket, "upgrade");
  const messages = [];
  const waiting = [];
  socket.on("message", (data, binary) => {
    const message = binary ? data : data.toString();
    const next = waiting.shift();
    if (next) next(message); else messages.push(message);
  });
  const closed = once(socket, "close").then(([code, reason]) => ({ code, reason: reason.toString() }));
  socket.on("error", () => {});
  await once(socket, "open");
  return {
    socket,
    closed,
    extensions: (await upgraded)[0].headers["sec-websocket-extensions"],
    next: () => messages.length > 0 ? messages.shift() : new Promise(resolve => waiting.push(resolve)),
    async close(code = 1000, reason = "") {
      socket.close(code, reason);
      return closed;
    },
  };
}

for (const kind of ["ws", "wss"]) {
  describe(`Node's ws over ${kind}://`, () => {
    test("text, bytes and empty messages come back", LIMIT, async () => {
      const client = await open(`${server[kind]}/echo`);
      for (const message of ["Hello", "", "Grüße, 世界 🌍", Buffer.from([0, 1, 255]), Buffer.alloc(0), "x".repeat(65_536)]) {
        client.socket.send(message);
        assert.deepEqual(await client.next(), message);
      }
      assert.deepEqual(await client.close(1000, "bye"), { code: 1000, reason: "" });
    });

    test("fragments are one message", LIMIT, async () => {
      const client = await open(`${server[kind]}/echo`);
      for (const [part, fin] of [["Hel", false], ["", false], ["lo, ", false], ["world", true]]) client.socket.send(part, { fin });
      assert.equal(await client.next(), "Hello, world");
      await client.close();
    });

    test("1,000 messages in flight come back in order", LIMIT, async () => {
      const client = await open(`${server[kind]}/echo`);
      for (let i = 0; i < 1000; i++) client.socket.send(`message ${i}`);
      for (let i = 0; i < 1000; i++) assert.equal(await client.next(), `message ${i}`);
      await client.close();
    });

    test("10 MiB come back", LIMIT, async () => {
      const client = await open(`${server[kind]}/echo`);
      const content = randomBytes(10 << 20);
      client.socket.send(content);
      assert.ok(content.equals(await client.next()));
      await client.close();
    });

    const offers = {
      "without context": ["/deflate", {}, ["server_no_context_takeover", "client_no_context_takeover"]],
      "with context": ["/context", {}, []],
      "with context, of which the client wants none": ["/context", { serverNoContextTakeover: true, clientNoContextTakeover: true },
        ["server_no_context_takeover", "client_no_context_takeover"]],
      "with windows of 2^10, as the client wishes": ["/context", { serverMaxWindowBits: 10, clientMaxWindowBits: 10 },
        ["server_max_window_bits=10", "client_max_window_bits=10"]],
      "with a window of 2^8, as the client wishes": ["/context", { serverMaxWindowBits: 8 }, ["server_max_window_bits=8"]],
      "with windows of 2^9, as the server wishes": ["/small", {}, ["server_max_window_bits=9", "client_max_window_bits=9"]],
    };
    for (const [name, [path, options, agreed]] of Object.entries(offers)) {
      test(`compression ${name}`, LIMIT, async () => {
        const client = await open(server[kind] + path, { perMessageDeflate: { threshold: 0, ...options } });
        const [extension, ...parameters] = client.extensions.split("; ");
        assert.equal(extension, "permessage-deflate");
        assert.deepEqual(parameters.sort(), agreed.toSorted());
        for (let round = 0; round < 20; round++) {
          for (const message of [`short ${round}`, JSON_TEXT, "", Buffer.from(JSON_TEXT), randomBytes(50_000)]) {
            client.socket.send(message);
            assert.deepEqual(await client.next(), message);
          }
        }
        await client.close();
      });
    }

    test("compression in both directions at once, in fragments", LIMIT, async () => {
      const client = await open(`${server[kind]}/context`, { perMessageDeflate: { threshold: 0 } });
      for (let i = 0; i < 200; i++) {
        client.socket.send(JSON_TEXT.slice(0, 1000), { fin: false });
        client.socket.send(JSON_TEXT.slice(1000), { fin: true });
      }
      for (let i = 0; i < 200; i++) assert.equal(await client.next(), JSON_TEXT);
      await client.close();
    });

    test("a ping is answered with its bytes, and so is the server's", LIMIT, async () => {
      const client = await open(`${server[kind]}/ping`);
      for (const payload of ["", "ping", "*".repeat(125)]) {
        client.socket.ping(payload);
        assert.equal((await once(client.socket, "pong"))[0].toString(), payload);
      }
      client.socket.send("are you there");
      assert.equal(await client.next(), "are you there", "the pong that the client has sent by itself");
      await client.close();
    });

    test("close codes go both ways", LIMIT, async () => {
      for (const code of [1000, 1001, 1003, 1011, 1012, 3000, 4999]) {
        const client = await open(`${server[kind]}/echo`);
        const { code: answer } = await client.close(code, "because");
        assert.equal(answer, code);
      }
      const client = await open(`${server[kind]}/close`);
      client.socket.send("because 世界");
      assert.deepEqual(await client.closed, { code: 4321, reason: "because 世界" });
    });

    test("a close without a code", LIMIT, async () => {
      const client = await open(`${server[kind]}/echo`);
      client.socket.close();
      assert.equal((await client.closed).code, 1005);
    });

    test("what fails in the server is 1011, and nothing is told of it", LIMIT, async () => {
      const client = await open(`${server[kind]}/broken`);
      client.socket.send("go");
      assert.deepEqual(await client.closed, { code: 1011, reason: "internal error" });
    });

    test("a message over the limit is 1009, and bad UTF-8 1007", LIMIT, async () => {
      const long = await open(`${server[kind]}/limited`);
      long.socket.send("x".repeat(1000));
      assert.equal((await long.next()).length, 1000);
      long.socket.send("x".repeat(1001));
      assert.equal((await long.closed).code, 1009);
      const bad = await open(`${server[kind]}/echo`);
      bad.socket.send(Buffer.from([0xc0, 0x80]), { binary: false });
      assert.equal((await bad.closed).code, 1007);
    });

    test("a subprotocol is agreed on, or none", LIMIT, async () => {
      const client = await open(`${server[kind]}/chat`, {}, ["chat.v1", "other", "chat.v2"]);
      assert.equal(client.socket.protocol, "chat.v2", "the server's preference");
      await client.close();
      const refused = new WebSocket(`${server[kind]}/chat`, ["other"], { rejectUnauthorized: false });
      const [error] = await once(refused, "error");
      assert.match(error.message, /no subprotocol/);
    });

    test("refusals are HTTP", LIMIT, async () => {
      for (const [path, options, status] of [["/nowhere", {}, 404], ["/echo", { origin: "https://evil.example" }, 403],
        ["/echo", { protocolVersion: 8 }, 426]]) {
        const refused = new WebSocket(server[kind] + path, { rejectUnauthorized: false, ...options });
        refused.on("error", () => {});
        const [, response] = await once(refused, "unexpected-response");
        assert.equal(response.statusCode, status);
        if (status === 426) assert.equal(response.headers["sec-websocket-version"], "13");
        response.resume();
        refused.terminate();
      }
    });

    test("a client that vanishes leaves nothing", LIMIT, async () => {
      const clients = await Promise.all(Array.from({ length: 50 }, () => open(`${server[kind]}/echo`)));
      for (const client of clients) client.socket.terminate();
      await server.untilIdle();
    });

    test("a client that does not read for a while gets all in the end", LIMIT, async () => {
      const client = await open(`${server[kind]}/flood`);
      client.socket.pause();
      await new Promise(resolve => setTimeout(resolve, 200));
      client.socket.resume();
      for (let i = 0; i < 16; i++) assert.equal((await client.next()).length, 1 << 20);
      await client.close();
    });
  });
}

test("Python's websockets", { timeout: 60_000 }, async () => {
  const script = new URL("clients.py", import.meta.url).pathname;
  // ./test says which; otherwise Debian's own, which knows Debian's packages.
  const python = process.env.PYTHON ?? "/usr/bin/python3";
  const { stdout } = await promisify(execFile)(python, [script, server.ws, server.wss], { timeout: 50_000 });
  assert.match(stdout, /^all \d+ passed$/m, stdout);
});
