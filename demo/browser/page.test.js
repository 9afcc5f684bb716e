// The page in a real browser, against a real server.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PICTURES, card, inBrowser } from "./page.js";

const onPage = inBrowser();

/** Waits until the page shows what the server sends it by itself. */
async function untilLive(page) {
  await page.locator("#hero-live li").nth(2).waitFor();
  await page.waitForFunction(() => Number(document.querySelector('[data-status="streams"]').textContent) >= 2);
  await page.waitForFunction(() => /\d/.test(document.querySelector('[data-metric="cpu"]').textContent));
}

for (const width of [1280, 390]) {
  test(`the page shows live numbers and all examples, ${width} pixels wide`, () => onPage(async page => {
    await untilLive(page);
    for (const id of ["heap", "memory", "threads"]) assert.match(await page.locator(`[data-metric="${id}"]`).innerText(), /\d/);
    assert.equal(await page.locator("[data-example]").count(), 38);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, "scrolls sideways");
    const counter = card(page, "counter");
    await counter.run();
    await counter.untilEvents(3);
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: `${PICTURES}page-${width}.png`, fullPage: true });
  }, { viewport: { width, height: 900 } }));
}

test("ticks run by EventSource until Stop", () => onPage(async page => {
  const ticks = card(page, "ticks");
  const response = page.waitForResponse("**/examples/ticks");
  await ticks.run();
  assert.equal((await response).headers()["content-encoding"], "gzip");
  await ticks.untilEvents(3);
  assert.match(await ticks.node.locator("[data-state]").innerText(), /EventSource/);
  const [first, second] = await ticks.output();
  assert.deepEqual(JSON.parse(first), { type: "connected" });
  assert.ok(Math.abs(Date.parse(JSON.parse(second).time) - Date.now()) < 60_000, second);
  await ticks.run();
  await ticks.untilState("stopped");
}));

test("counter shows its retry time and ids, and ends", () => onPage(async page => {
  const counter = card(page, "counter");
  await counter.run();
  await counter.untilState("ended");
  assert.equal(await counter.events(), 10);
  const chips = await counter.chips();
  assert.deepEqual(chips.filter(chip => chip.startsWith("id ")), Array.from({ length: 10 }, (_, n) => `id msg-${n + 1}`));
  assert.ok(chips.includes("retry 1000 ms"));
}));

test("an error on the stream is shown as one", () => onPage(async page => {
  const failing = card(page, "fetch-error");
  await failing.run();
  await failing.untilState("ended");
  assert.equal(await failing.node.locator("[data-output] .chip.error").innerText(), "error");
  assert.match((await failing.output()).at(-1), /the other server answered 404/);
}));

test("another wire can be chosen", () => onPage(async page => {
  const array = card(page, "array");
  await array.node.locator('[data-wire="ndjson"]').check({ force: true });
  const [response] = await Promise.all([page.waitForResponse("**/examples/array"), array.run()]);
  assert.equal(response.headers()["content-type"], "application/x-ndjson");
  await array.untilState("ended");
  assert.deepEqual(await array.output(), ["1", "2", "3", "4", "5"]);
  assert.match(await array.node.locator("[data-curl]").innerText(), /Accept: application\/x-ndjson/);
}));

test("every example that ends does so without an error", () => onPage(async page => {
  for (const id of ["hello", "message", "future", "stream", "data-stream", "feed", "file"]) {
    const example = card(page, id);
    await example.run();
    await example.untilState("ended");
    assert.ok(await example.events() > 0, id);
  }
}));

test("the log shows what happens in the page", () => onPage(async page => {
  const logs = card(page, "logs");
  await logs.run();
  await logs.node.getByText("GET /examples/logs opened over HTTP/1.1").last().waitFor();
  await card(page, "hello").run();
  await logs.node.getByText("GET /examples/hello completed").last().waitFor();
}));

test("stopping a fetch stops what it fetches", () => onPage(async page => {
  const fetching = card(page, "fetch");
  await fetching.run();
  await fetching.untilEvents(1);
  await fetching.run();
  await fetching.untilState("stopped");
}));

test("the browser's EventSource gets ten ids, and is told not to come back", () => onPage(async page => {
  const received = await page.evaluate(() => new Promise(resolve => {
    const source = new EventSource("/examples/counter");
    const ids = [];
    let broke = 0;
    source.addEventListener("counter", event => ids.push(event.lastEventId));
    source.addEventListener("error", () => {
      broke++;
      if (source.readyState === EventSource.CLOSED) resolve({ ids, broke });
    });
  }));
  assert.deepEqual(received, { ids: Array.from({ length: 10 }, (_, n) => `msg-${n + 1}`), broke: 2 });
}));
