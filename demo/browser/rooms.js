// What is tested of rooms in a browser, the same over HTTP/1.1 and over HTTP/2.
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./demo.js";
import { PICTURES, card, inBrowser } from "./page.js";
import { randomOf, startProxy } from "./proxy.js";

const MESSAGES = 300;
const CUTS = 8;

/** Sends to a chat room, and returns the message's position. */
export async function say(demo, room, message, username = "Miller") {
  const response = await fetch(`${demo.origin}/examples/chat/send`,
    { method: "POST", body: JSON.stringify({ room, username, message }), headers: { "Content-Type": "application/json" } });
  const { success, messageId } = await response.json();
  assert.equal(success, true);
  return messageId;
}

const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

/** One side of the chat. */
const side = (page, wire) => {
  const node = page.locator(`[data-example="chat"] [data-side="${wire}"]`);
  return {
    node,
    untilState: state => node.locator(`[data-state="${state}"]`).waitFor(),
    say: async text => {
      await node.locator("[data-message]").fill(text);
      await node.locator("[data-send]").click();
      await node.locator("[data-talk] .words", { hasText: text }).waitFor();
    },
    said: () => node.locator("[data-talk] .words").allInnerTexts(),
    ids: () => node.locator("[data-talk] [data-id]").evaluateAll(items => items.map(item => item.dataset.id)),
    missed: () => node.locator("[data-missed] .words").allInnerTexts(),
    members: () => node.locator("[data-members] .member").allInnerTexts(),
  };
};

/** Opens both sides in a room of its own. */
async function joinChat(page, room) {
  const chat = card(page, "chat");
  await chat.node.locator('[data-param="room"]').fill(room);
  await chat.run();
  const both = [side(page, "sse"), side(page, "ws")];
  for (const one of both) await one.untilState("open");
  return both;
}

/** Opens an EventSource in the page, nothing around it, and remembers what comes. The promise is for its first connection. */
function openEventSource(page, room) {
  return page.evaluate(name => new Promise(resolve => {
    const source = new EventSource(`/examples/chat/events?room=${name}`);
    window.received = [];
    window.others = [];
    source.onmessage = ({ lastEventId, data }) => window.received.push([lastEventId, JSON.parse(data).message]);
    source.addEventListener("gap", ({ data }) => window.others.push(data));
    source.onopen = resolve;
  }), room);
}

/** The same with a WebSocket: what a client has to do itself is to say its position when it comes back. */
function openSocket(page, room) {
  return page.evaluate(name => new Promise(resolve => {
    window.received = [];
    window.others = [];
    let position;
    const connect = () => {
      const query = position ? `?lastEventId=${position}` : "";
      const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/examples/ws/chat/${name}${query}`);
      socket.onmessage = ({ data: text }) => {
        const { event, id, data } = JSON.parse(text);
        position = id ?? position;
        resolve();
        if (event === "message") window.received.push([id, data.message]);
        else if (event === "gap") window.others.push(data);
      };
      socket.onclose = () => setTimeout(connect, 100);
    };
    connect();
  }), room);
}

/** Adds the tests, for a page that comes by `protocol`. */
export function testRooms(protocol, { tls }) {
  const onPage = inBrowser({ tls });
  const over = (what, use, options) => test(`${protocol}: ${what}`, () => onPage(use, options));
  let rooms = 0;
  const newRoom = () => `mühle ${protocol} #${++rooms}`;

  over("what is said over either wire arrives over both, in one order, with one position", async page => {
    const [left, right] = await joinChat(page, newRoom());
    await left.say("Good morning");
    await right.say("Mühlrad 🌊 <b>");
    await left.say("Good night");
    await right.node.locator(".words", { hasText: "Good night" }).waitFor();
    assert.deepEqual(await left.said(), ["Good morning", "Mühlrad 🌊 <b>", "Good night"]);
    assert.deepEqual(await right.said(), await left.said());
    assert.deepEqual(await right.ids(), await left.ids());
    for (const one of [left, right]) assert.equal(await one.node.locator("[data-position]").innerText(), (await left.ids()).at(-1));
    assert.deepEqual(await right.missed(), []);
  });

  over("either side can be cut, and is given what it has missed, nothing lost or doubled", async page => {
    const [left, right] = await joinChat(page, newRoom());
    await left.say("before");
    await right.node.locator(".words").first().waitFor();
    for (const [cut, other] of [[left, right], [right, left]]) {
      await cut.node.locator("[data-cut]").click();
      await cut.node.getByText("Cut: nothing arrives").waitFor();
      await other.say(`meanwhile, by the ${other === left ? "left" : "right"}`);
      await cut.untilState("open");
      await cut.node.locator("[data-missed]").nth(3).waitFor();
      await cut.say(`after, on the ${cut === left ? "left" : "right"}`);
    }
    await left.node.locator(".words").nth(10).waitFor();
    await right.node.locator(".words").nth(10).waitFor();
    const ids = await left.ids();
    assert.equal(ids.length, 11);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(await right.ids(), ids);
    assert.deepEqual(await right.said(), await left.said());
    const missed = ["The gate is open.", "Rye first, then wheat.", "Mind your fingers."];
    assert.deepEqual((await left.missed()).filter(text => !text.startsWith("meanwhile")), missed);
    assert.deepEqual((await right.missed()).filter(text => !text.startsWith("meanwhile")), missed);
    assert.equal((await right.missed()).length, 4);
  });

  over("who is in the room is listed on both sides, and who has gone is not", async (page, demo) => {
    const [left, right] = await joinChat(page, newRoom());
    for (const one of [left, right]) await until(async () => (await one.members()).sort(), names => names.join() === "Ada,Ben", { what: "Ada and Ben" });
    await left.node.locator("[data-name]").fill("Zoë");
    await left.node.locator("[data-name]").press("Enter");
    await left.node.locator("[data-name]").blur();
    for (const one of [left, right]) {
      // Ada is waited for: she may come back.
      await until(async () => (await one.members()).sort(), names => names.join() === "Ben,Zoë", { what: "Ben and Zoë" });
    }
    assert.equal((await demo.status()).sockets, 1);
    await card(page, "chat").run();
    await left.untilState("stopped");
    await right.untilState("stopped");
  });

  for (const [wire, open] of [["a plain EventSource", openEventSource], ["a WebSocket that says its position", openSocket]]) {
    over(`${wire} survives cuts at any byte, with nothing lost, doubled or out of order`, async (page, demo) => {
      const seed = Date.now() % 1_000_000;
      console.log(`${protocol}, ${wire}: seed ${seed}`);
      const random = randomOf(seed);
      // Nothing is to be cut before the response's head has come. A handshake of TLS has bytes of its own; and of a head that ends in the
      // middle Chromium takes what there is: without a Content-Type, EventSource gives up for ever, as it has to.
      const least = tls ? 3000 : 1000;
      let calm = true;
      const origin = new URL(tls ? demo.secureOrigin : demo.origin);
      const proxy = await startProxy(Number(origin.port), () => (calm ? Infinity : least + Math.floor(random() * 5000)));
      try {
        await page.goto(`${origin.protocol}//localhost:${proxy.port}/status`);
        const room = `cuts-${seed}`;
        await open(page, room);
        const count = least => page.waitForFunction(number => window.received.length >= number, least, { timeout: 40_000 });
        const sent = [[await say(demo, room, "0"), "0"]];
        await count(1);
        calm = false;
        proxy.cutAll();
        for (let n = 1; n <= MESSAGES || proxy.cuts < CUTS; n++) {
          assert.ok(n <= 20 * MESSAGES, `seed ${seed}: only ${proxy.cuts} cuts; does the page not come back?`);
          sent.push([await say(demo, room, `${n}`), `${n}`]);
          if (n % 20 === 0) await pause(random() * 700);
        }
        calm = true;
        proxy.cutAll();
        sent.push([await say(demo, room, "the last"), "the last"]);
        await page.waitForFunction(() => window.received.at(-1)?.[1] === "the last", undefined, { timeout: 40_000 });
        const { received, others } = await page.evaluate(() => ({ received: window.received, others: window.others }));
        assert.deepEqual(others, [], `seed ${seed}`);
        assert.deepEqual(received, sent, `seed ${seed}`);
        assert.ok(proxy.cuts >= CUTS);
        await page.goto("about:blank");
      } finally {
        proxy.stop();
      }
    }, { refusals: /net::ERR_|WebSocket connection to|status of 404/ });
  }

  over("a notification reaches the user whom it is for, and nobody else", async page => {
    const example = card(page, "notifications");
    const panel = user => example.node.locator(`[data-user="${user}"]`);
    const notes = user => panel(user).locator("li:has(.chip.name) .data").allInnerTexts();
    await example.run();
    for (const user of ["ada", "ben"]) await panel(user).locator('[data-state="open"]').waitFor();
    for (const [to, text] of [["ada", "for Ada"], ["ben", "for Ben"], ["ada", "for Ada again"], ["ben", "for Ben again"]]) {
      await example.node.locator("[data-to]").selectOption(to);
      await example.node.locator("[data-message]").fill(text);
      await example.node.locator("[data-send]").click();
      await panel(to).locator(".data", { hasText: text }).waitFor();
    }
    const ends = texts => texts.map(text => text.slice(text.indexOf("for ")));
    assert.deepEqual(ends(await notes("ada")), ["for Ada", "for Ada again"]);
    assert.deepEqual(ends(await notes("ben")), ["for Ben", "for Ben again"]);
    await example.node.locator("[data-peek]").click();
    await panel("ben").locator(".chip.error", { hasText: "403" }).waitFor();
    await example.run();
    for (const user of ["ada", "ben"]) await panel(user).locator('[data-state="stopped"]').waitFor();
  }, { refusals: /status of 403/ });

  for (const width of [1280, 390]) {
    over(`the cards fit, ${width} pixels wide`, async page => {
      const [left, right] = await joinChat(page, newRoom());
      await left.say("Good morning! Is the race full?");
      await right.say("To the brim. The weir held all night, and the spillway is running.");
      await left.say("Then let us begin with the rye.");
      await right.node.locator("[data-cut]").click();
      await right.node.locator("[data-missed]").nth(2).waitFor();
      await card(page, "notifications").run();
      for (const to of ["ada", "ben"]) {
        await card(page, "notifications").node.locator("[data-to]").selectOption(to);
        await card(page, "notifications").node.locator("[data-send]").click();
        await card(page, "notifications").node.locator(`[data-user="${to}"] .chip.name`).first().waitFor();
      }
      await card(page, "notifications").node.locator("[data-peek]").click();
      await card(page, "notifications").node.locator(".chip.error").first().waitFor();
      await card(page, "answers").run();
      await page.waitForFunction(() => Number(document.querySelector("[data-words]").dataset.words) >= 20);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, "scrolls sideways");
      await page.locator(".status").evaluate(status => { status.style.position = "static"; });
      await page.locator('section[aria-label="Rooms"]').screenshot({ path: `${PICTURES}rooms-${tls ? "h2" : "h1"}-${width}.png` });
    }, { viewport: { width, height: 900 }, refusals: /status of 403/ });
  }
}
