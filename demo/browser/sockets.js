// What is tested of WebSockets in a browser, the same over HTTP/1.1 and over HTTP/2.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";
import { test } from "node:test";
import { until } from "./demo.js";
import { PICTURES, card, inBrowser } from "./page.js";

/** Opens a socket in the page, says something and tells all that came of it. Ends after `replies` messages, or when the server ends it. */
function converse(page, path, { protocols = [], says = [], replies = Infinity, code = 1000, reason = "" } = {}) {
  return page.evaluate(([url, offered, texts, most, ...close]) => new Promise(resolve => {
    const socket = new WebSocket(url, offered);
    const received = [];
    socket.onopen = () => {
      for (const text of texts) socket.send(text);
      if (most === 0) socket.close(...close);
    };
    socket.onmessage = ({ data }) => {
      if (received.push(data) === most) socket.close(...close);
    };
    socket.onclose = ({ code, reason, wasClean }) => resolve({ received, code, reason, wasClean, protocol: socket.protocol, extensions: socket.extensions });
  }), [new URL(path, page.url().replace(/^http/, "ws")).href, protocols, says, replies === Infinity ? -1 : replies, code, reason]);
}

/** Adds the tests, for a page that comes by `protocol`. */
export function testSockets(protocol, { tls }) {
  const onPage = inBrowser({ tls });
  const over = (what, use, options) => test(`${protocol}: ${what}`, () => onPage(async (page, demo) => {
    // Browsers ask for a WebSocket over HTTP/2 only where they have a connection that allows it: the page's own.
    const asked = await page.evaluate(() => performance.getEntriesByType("navigation")[0].nextHopProtocol);
    assert.equal(asked, tls ? "h2" : "http/1.1");
    await use(page, demo);
  }, options));

  const ways = async example => (await example.node.locator("[data-way]").allInnerTexts()).join("");
  const receivedBy = example => example.node.locator("li:has(.way.in) .data").allInnerTexts();
  const untilReceived = (page, id, least) => page.waitForFunction(
    ([selector, number]) => Number(document.querySelector(selector)?.dataset.received) >= number,
    [`[data-example="${id}"] [data-received]`, least]);

  over("the socket came by the protocol that the page came by", async (page, demo) => {
    const { received: [welcome] } = await converse(page, "/examples/ws/public", { replies: 1 });
    assert.deepEqual(JSON.parse(welcome), { type: "welcome", text: `Welcome, over ${protocol}` });
    await until(() => demo.log, lines => lines.some(line => line.includes(`GET /examples/ws/public opened over ${protocol}`)), { what: "a line in the log" });
  });

  over("echo sends texts and bytes back, and is closed by its page", async page => {
    const echo = card(page, "ws-echo");
    await echo.run();
    await echo.untilState("open");
    await echo.node.locator("[data-message]").fill("Mühlrad 🌊");
    await echo.node.locator("[data-send]").click();
    await untilReceived(page, "ws-echo", 1);
    await echo.node.locator("[data-binary]").check();
    await echo.node.locator("[data-send]").click();
    await untilReceived(page, "ws-echo", 2);
    await echo.node.locator("[data-binary]").uncheck();
    await echo.node.locator('[data-sample="1 MB of text"]').click();
    await untilReceived(page, "ws-echo", 3);
    await echo.run();
    await echo.untilState("ended");
    const output = await echo.output();
    const bytes = Buffer.from("Mühlrad 🌊").toString("hex").replace(/(..)(?!$)/g, "$1 ");
    assert.equal(output.filter(line => line.endsWith("Mühlrad 🌊")).length, 2);
    assert.equal(output.filter(line => line.endsWith(bytes)).length, 2, output.join("\n"));
    assert.match(output.at(-1), /closed: 1000 normal$/);
    assert.equal(await ways(echo), "↑↓↑↓↑↓");
  });

  over("a megabyte comes back as it went, text and bytes, compressed or not", async page => {
    for (const [path, messages] of [["echo", 0], ["room/a/user/b", 1]]) {
      const same = await page.evaluate(([url, first]) => new Promise((resolve, reject) => {
        const text = Array.from({ length: 1 << 20 }, (_, n) => String.fromCharCode(97 + ((n * n) % 26))).join("");
        const socket = new WebSocket(url, ["room.v2"].slice(0, first));
        const received = [];
        socket.onopen = () => socket.send(text);
        socket.onmessage = ({ data }) => {
          received.push(data);
          if (received.length <= first) return;
          socket.close();
          resolve(first ? JSON.parse(data).message === text && socket.extensions.startsWith("permessage-deflate") : data === text && socket.extensions === "");
        };
        socket.onclose = ({ code }) => reject(new Error(`closed with ${code}`));
      }), [new URL(`/examples/ws/${path}`, page.url().replace(/^http/, "ws")).href, messages]);
      assert.ok(same, path);
    }
  });

  over("close codes and reasons arrive on both sides", async (page, demo) => {
    const own = await converse(page, "/examples/ws/echo", { says: ["a"], replies: 1, code: 3001, reason: "genug, danke schön" });
    assert.deepEqual([own.code, own.wasClean], [3001, true], "echoed");
    await until(() => demo.log, lines => lines.some(line => /ws\/echo disconnected \(3001\) after/.test(line)), { what: "a line in the log" });
    const returned = await converse(page, "/examples/ws/public", { says: ["bye"] });
    assert.deepEqual([returned.code, returned.wasClean, returned.received.length], [1000, true, 2]);
    const without = await page.evaluate(url => new Promise(resolve => {
      const socket = new WebSocket(url);
      socket.onopen = () => socket.close();
      socket.onclose = ({ code }) => resolve(code);
    }), new URL("/examples/ws/echo", page.url().replace(/^http/, "ws")).href);
    assert.equal(without, 1005);
  });

  over("the conversation ends when its handler returns", async page => {
    const talk = card(page, "ws-public");
    await talk.run();
    await untilReceived(page, "ws-public", 1);
    await talk.node.locator('[data-sample="bye"]').click();
    await talk.untilState("ended");
    assert.match((await talk.output()).join("\n"), /Welcome, over [^]*You said: bye[^]*closed: 1000 normal/);
  });

  over("updates come by timers, compressed, until the page disconnects", async (page, demo) => {
    const updates = card(page, "ws-live-updates");
    await updates.run();
    await untilReceived(page, "ws-live-updates", 3);
    assert.match(await updates.node.locator("[data-state]").innerText(), /Open · WebSocket · permessage-deflate/);
    assert.equal((await demo.status()).sockets, 1);
    await updates.run();
    await updates.untilState("ended");
    const [, first, second] = await updates.output();
    assert.match(first, /\{"event":"machine","data":\{"time":/);
    assert.match(second, /\{"time":"/);
  });

  over("a wrong message is answered with its field, and the socket stays open", async page => {
    const typed = card(page, "ws-typed");
    const samples = ["grind rye", "too little", "no such type", "no JSON", "open the gate"];
    for (const [index, sample] of samples.entries()) {
      await typed.node.locator(`[data-sample="${sample}"]`).click();
      await untilReceived(page, "ws-typed", index + 1);
    }
    const received = await receivedBy(typed);
    assert.match(received[0], /20 kg rye/);
    assert.match(received[1], /error.*grain.*kilos/);
    assert.match(received[2], /error.*type.*grind, gate/);
    assert.match(received[3], /error.*not JSON/);
    assert.match(received[4], /gate: 60 %/);
    await typed.run();
    await typed.untilState("ended");
  });

  over("a room echoes its parameters, and one of two subprotocols is chosen", async page => {
    const room = card(page, "ws-room");
    await room.node.locator('[data-param="roomId"]').fill("mill & race/1");
    await room.run();
    await room.untilState("open");
    assert.match(await room.node.locator("[data-state]").innerText(), /Open · WebSocket · room\.v2 · permessage-deflate/);
    await room.node.locator('[data-sample="a long one"]').click();
    await untilReceived(page, "ws-room", 2);
    await room.run();
    await room.untilState("ended");
    const received = await receivedBy(room);
    assert.deepEqual(JSON.parse(received[0]), { roomId: "mill & race/1", userId: "Zoë" });
    assert.match(received[1], /^\{"roomId":"mill & race\/1","userId":"Zoë","message":"the mill turns/);
  });

  over("the ball is caught with the pointer, and the tenth hit ends the game", async page => {
    const game = card(page, "ws-game");
    await game.run();
    await untilReceived(page, "ws-game", 1);
    const board = game.node.locator("[data-board]");
    await board.scrollIntoViewIfNeeded();
    for (let hits = 0; hits < 10; hits++) {
      const { x, y } = await game.node.locator(".ball").evaluate(ball => {
        const { left, top, width, height } = ball.getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2 };
      });
      await page.mouse.move(x, y);
      await page.waitForFunction(number => Number(document.querySelector("[data-hits]").dataset.hits) > number, hits);
    }
    await game.untilState("ended");
    assert.match((await game.output()).at(-1), /closed: 4100 of the application \(ten hits: you have won\)/);
  });

  over("more than 100 messages a second are closed with 1008", async page => {
    const game = card(page, "ws-game");
    await game.node.locator("[data-flood]").click();
    await game.untilState("error");
    assert.match((await game.output()).at(-1), /closed: 1008 policy/);
    const many = await converse(page, "/examples/ws/game", { says: Array.from({ length: 100 }, () => '{"x":1,"y":0}'), replies: 100 });
    assert.deepEqual([many.code, many.received.length], [1000, 100]);
    assert.equal(JSON.parse(many.received[0]).x, 1);
  });

  over("5 MB arrive as one message, and 60 MB are refused with 1009", async page => {
    const upload = card(page, "ws-upload");
    await upload.node.locator("[data-five]").click();
    await upload.node.getByText("it has arrived whole").waitFor();
    assert.match((await upload.output()).join("\n"), /"length":5000000,"sha256":"[0-9a-f]{64}","text":false/);
    const buffer = Buffer.alloc(1_234_567, "millrace");
    await upload.node.locator("[data-file]").setInputFiles({ name: "mill.bin", mimeType: "application/x-mill", buffer });
    await upload.node.getByText(createHash("sha256").update(buffer).digest("hex")).waitFor();
    await upload.node.locator("[data-too-large]").click();
    // The browser goes on sending what nobody takes, and waits some seconds for an end that it likes.
    await upload.node.locator('[data-state="error"]').waitFor({ timeout: 40_000 });
    assert.match((await upload.output()).at(-1), /closed: 1009 too big/);
  });

  over("a guard's refusal is a close code for who offers millrace.v1, and nothing for others", async page => {
    for (const [as, code, messages] of [["nobody", 4001, 0], ["guest", 4003, 0], ["member", 1000, 1]]) {
      const ended = await converse(page, `/examples/ws/members?as=${as}`, { protocols: ["millrace.v1"], replies: 1 });
      assert.deepEqual([ended.code, ended.received.length, ended.protocol], [code, messages, "millrace.v1"]);
    }
    for (const as of ["nobody", "guest"]) assert.equal((await converse(page, `/examples/ws/members?as=${as}`)).code, 1006);
    assert.equal((await converse(page, "/examples/ws/members?as=member", { replies: 1 })).code, 1000);
    const members = card(page, "ws-members");
    await members.run();
    await members.untilState("error");
    assert.match((await members.output()).at(-1), /closed: 4001 unauthenticated \(401 Unauthorized\)/);
    await members.node.locator("[data-param]").selectOption("member");
    await members.run();
    await untilReceived(page, "ws-members", 1);
    await members.run();
    await members.untilState("ended");
  }, { refusals: /WebSocket connection to .*\/ws\/members.* failed/ });

  over("any stream is a WebSocket for who asks for one", async (page, demo) => {
    const ticks = card(page, "ticks");
    await ticks.node.locator('[data-wire="ws"]').check({ force: true });
    await ticks.run();
    await ticks.untilEvents(2);
    assert.equal((await demo.status()).sockets, 1);
    await ticks.run();
    await ticks.untilState("stopped");
    const array = card(page, "array");
    await array.node.locator('[data-wire="ws"]').check({ force: true });
    await array.run();
    await array.untilState("ended");
    assert.deepEqual(await array.output(), ["1", "2", "3", "4", "5"]);
    const counter = card(page, "counter");
    await counter.node.locator('[data-wire="ws"]').check({ force: true });
    await counter.run();
    await counter.untilEvents(1);
    await counter.run();
    await counter.untilState("stopped");
    assert.match((await counter.output()).join("\n"), /\{"event":"counter","id":"msg-1","data":\{"count":1\}\}/);
  });

  over("a page of another origin is refused", async (page, demo) => {
    const other = createServer((request, response) => response.setHeader("Content-Type", "text/html").end("<title>Elsewhere</title>")).listen(0, "localhost");
    await once(other, "listening");
    try {
      const own = tls ? demo.secureOrigin : demo.origin;
      await page.goto(`http://localhost:${other.address().port}/`);
      const refused = await converse(page, `${own.replace(/^http/, "ws")}/examples/ws/echo`, { says: ["a"], replies: 1 });
      assert.deepEqual([refused.code, refused.wasClean, refused.received.length], [1006, false, 0]);
    } finally {
      other.close();
      other.closeAllConnections();
    }
  }, { refusals: /WebSocket connection to .*\/ws\/echo.* failed.*(403|Error)|favicon|404/ });

  for (const width of [1280, 390]) {
    over(`the cards fit, ${width} pixels wide`, async page => {
      const ids = ["ws-echo", "ws-public", "ws-room", "ws-typed", "ws-live-updates"];
      for (const id of ids) {
        await card(page, id).run();
        await card(page, id).untilState("open");
      }
      await page.locator('[data-example="ws-typed"] [data-sample="too little"]').click();
      await page.locator('[data-example="ws-upload"] [data-five]').click();
      await page.locator('[data-example="ws-upload"]').getByText("it has arrived whole").waitFor();
      await card(page, "ws-game").run();
      await card(page, "ws-members").run();
      await card(page, "ws-members").untilState("error");
      await page.locator('[data-example="ws-game"] [data-board]').focus();
      for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowRight");
      await untilReceived(page, "ws-live-updates", 2);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, "scrolls sideways");
      await page.locator(".status").evaluate(status => { status.style.position = "static"; });
      await page.locator('section[aria-label="WebSockets"]').screenshot({ path: `${PICTURES}sockets-${tls ? "h2" : "h1"}-${width}.png` });
    }, { viewport: { width, height: 900 } });
  }
}
