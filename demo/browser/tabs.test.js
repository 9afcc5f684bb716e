// What the browser client does in the page: one connection for all tabs, and an outbox.
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./demo.js";
import { PICTURES, card, inBrowser } from "./page.js";

const onPage = inBrowser();

const tabs = page => {
  const { node, ...rest } = card(page, "tabs");
  const shown = name => node.locator(`[data-${name}]`).getAttribute(`data-${name}`);
  return { ...rest, node, shown,
    untilShown: (name, value) => node.locator(`[data-${name}="${value}"]`).waitFor(),
    turn: () => node.locator("[data-turn]").click(),
    ids: () => node.locator("[data-output] li:has(.name)").evaluateAll(items => items.map(item => item.querySelectorAll(".chip")[1].textContent)) };
};

/** What the server counts, asked as any program would. */
async function connections(page, demo) {
  const room = await page.evaluate(() => localStorage["demo-tabs"]);
  return (await (await fetch(`${demo.origin}/examples/tabs/connections?room=${room}`)).json()).connections;
}

/** Opens another tab as the button does, and fails with what it complains of. */
async function another(page, complaints) {
  const [popup] = await Promise.all([page.context().waitForEvent("page"), tabs(page).node.locator("[data-open]").click()]);
  popup.on("console", message => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  popup.on("pageerror", error => complaints.push(error.message));
  popup.setDefaultTimeout(15_000);
  await tabs(popup).untilState("open");
  return popup;
}

test("three tabs share one connection, and the first one's end loses nothing", () => onPage(async (page, demo) => {
  const complaints = [];
  const first = tabs(page);
  const second = tabs(await another(page, complaints));
  await first.untilState("open");
  const third = tabs(await another(page, complaints));
  for (const one of [first, second, third]) {
    await one.untilShown("tabs", 3);
    await one.untilShown("connections", 1);
    assert.match(await one.shown("sharing"), /^(worker|leader)$/);
  }
  assert.equal(await connections(page, demo), 1);
  assert.equal((await demo.status()).sockets, 0);
  for (const one of [first, second, third]) await one.turn();
  for (const one of [first, second, third]) await one.untilShown("turns", 3);
  assert.deepEqual(await second.ids(), await first.ids());
  assert.deepEqual(await third.ids(), await first.ids());

  // What is turned while the first goes is heard by the others.
  const room = await page.evaluate(() => localStorage["demo-tabs"]);
  const turnBy = by => fetch(`${demo.origin}/examples/tabs`, { method: "POST", body: JSON.stringify({ room, by }), headers: { "Content-Type": "application/json" } });
  const closed = page.close();
  for (let n = 0; n < 20; n++) assert.equal((await turnBy(`test-${n}`)).status, 200);
  await closed;
  await second.turn();
  for (const one of [second, third]) {
    await one.untilShown("turns", 24);
    await one.untilShown("tabs", 2);
    await one.untilShown("connections", 1);
    const ids = await one.ids();
    assert.equal(new Set(ids).size, 24);
    assert.equal(await one.node.locator("[data-output] .note").count(), 0, "no gap");
  }
  assert.deepEqual(await third.ids(), await second.ids());
  assert.deepEqual(complaints, []);
}));

test("a tab that stops leaves the connection to the others, and the last one closes it", () => onPage(async (page, demo) => {
  const complaints = [];
  const first = tabs(page);
  const second = tabs(await another(page, complaints));
  await first.untilShown("tabs", 2);
  await first.run();
  await first.untilState("stopped");
  await second.untilShown("tabs", 1);
  await second.turn();
  await second.untilShown("turns", 1);
  assert.equal(await connections(page, demo), 1);
  assert.equal(await first.shown("turns"), "0");
  await first.run();
  await first.untilState("open");
  await first.untilShown("connections", 1);
  await first.turn();
  await second.untilShown("turns", 2);
  await first.run();
  await second.run();
  await until(() => connections(page, demo), number => number === 0, { what: "no connection" });
  assert.deepEqual(complaints, []);
}));

const outbox = page => {
  const { node, ...rest } = card(page, "ws-outbox");
  const side = name => node.locator(`[data-side="${name}"]`);
  return { ...rest, node,
    cut: () => node.locator("[data-cut]").click(),
    say: async text => {
      await node.locator("[data-message]").fill(text);
      await node.locator("[data-send]").click();
    },
    fates: () => side("sent").locator("[data-fate]").evaluateAll(items => items.map(item => item.dataset.fate)),
    untilWaiting: number => node.locator(`[data-waiting="${number}"]`).waitFor(),
    heard: () => side("heard").locator(".words").allInnerTexts() };
};

test("what is sent while the connection is cut waits, is heard once and gets its tick", () => onPage(async (page, demo) => {
  const example = outbox(page);
  await example.run();
  await example.untilState("open");
  await example.say("before");
  await example.untilWaiting(0);
  const all = ["before"];
  for (let round = 1; round <= 3; round++) {
    await example.say(`${round}: under way`); // its acknowledgement may be lost
    await example.cut();
    await example.node.getByText("Cut: nothing leaves").waitFor();
    for (const which of ["one", "two", "three"]) await example.say(`${round}: ${which}`);
    all.push(...["under way", "one", "two", "three"].map(which => `${round}: ${which}`));
    const fates = await example.fates();
    assert.deepEqual(fates.slice(-3), ["waiting", "waiting", "waiting"]);
    await until(demo.status, ({ sockets }) => sockets === 0, { what: "no socket" });
    if (round > 1) await new Promise(resolve => setTimeout(resolve, 700)); // some attempts fail
    assert.ok(!(await example.heard()).includes(`${round}: one`));
    await example.cut();
    await example.untilState("open");
    await example.untilWaiting(0);
  }
  await example.say("after");
  all.push("after");
  await until(example.heard, heard => heard.length >= all.length, { what: "all heard" });
  await example.untilWaiting(0);
  assert.deepEqual(await example.heard(), all);
  assert.deepEqual(await example.fates(), all.map(() => "acknowledged"));
  await example.run();
  await example.untilState("stopped");
}, { refusals: /WebSocket is closed before the connection/ }));

for (const width of [1280, 390]) {
  test(`both examples fit, ${width} pixels wide`, () => onPage(async page => {
    const complaints = [];
    const example = tabs(page);
    const other = await another(page, complaints);
    await another(other, complaints);
    await example.untilShown("tabs", 3);
    await example.untilShown("connections", 1);
    for (const one of [example, tabs(other)]) await one.turn();
    await example.untilShown("turns", 2);
    const box = outbox(page);
    await box.run();
    await box.untilState("open");
    await box.say("The gate is open.");
    await box.untilWaiting(0);
    await box.cut();
    for (const text of ["Rye first, then wheat.", "Mind your fingers, whoever you are: the stones turn as long as there is water in the race."]) await box.say(text);
    await example.node.screenshot({ path: `${PICTURES}tabs-${width}.png` });
    await box.node.screenshot({ path: `${PICTURES}outbox-${width}.png` });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, "scrolls sideways");
    for (const { node } of [example, box]) {
      const beyond = await node.evaluate(card => [...card.querySelectorAll("*")].filter(it => {
        const { left, right } = it.getBoundingClientRect();
        const { left: least, right: most } = card.getBoundingClientRect();
        return right > left && (right > most + 1 || left < least - 1);
      }).map(it => it.outerHTML.slice(0, 100)));
      assert.deepEqual(beyond, []);
    }
    assert.deepEqual(complaints, []);
  }, { viewport: { width, height: 900 } }));
}

for (const width of [1280, 390]) {
  test(`the page with React shows what comes, and what is said, ${width} pixels wide`, () => onPage(async (page, demo) => {
    await page.goto(`${demo.origin}/react.html`);
    const [ticks, chat] = ["stream", "socket"].map(id => page.locator(`[data-react="${id}"]`));
    await ticks.locator(".log li").nth(1).waitFor();
    await ticks.getByText(/^held by: (worker|leader)$/).waitFor();
    await chat.locator('[data-state="open"]').waitFor();
    const { streams, sockets } = await demo.status();
    assert.deepEqual({ streams, sockets }, { streams: 1, sockets: 1 });
    const text = `Good evening, ${width}`;
    await chat.locator("input").fill(text);
    await chat.locator("form button").click();
    await chat.locator(".mine .words", { hasText: text }).waitFor();
    assert.match(await chat.locator("pre").innerText(), /useSocket/);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, "scrolls sideways");
    await page.screenshot({ path: `${PICTURES}react-${width}.png`, fullPage: true });
    await ticks.locator("[data-toggle]").click();
    await chat.locator("[data-toggle]").click();
    await until(demo.status, alive => alive.streams + alive.sockets === 0, { what: "nothing without components" });
    await chat.locator("[data-toggle]").click();
    await chat.locator(".words", { hasText: text }).waitFor();
    await page.goto("about:blank");
  }, { viewport: { width, height: 900 } }));
}
