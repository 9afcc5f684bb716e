// A browser and a demo for the tests of a file.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before } from "node:test";
import { chromium } from "playwright-core";
import { startDemo, untilIdle } from "./demo.js";

export const PICTURES = new URL("../target/pictures/", import.meta.url).pathname;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

/** Starts both before the tests of the file that calls this, and ends them afterwards. With `tls` the page comes by HTTPS, over HTTP/2. */
export function inBrowser({ tls = false } = {}) {
  let demo;
  let browser;

  before(async () => {
    await mkdir(PICTURES, { recursive: true });
    demo = await startDemo({ tls });
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS });
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  /**
   * Opens the page, uses it, and fails when it complained of anything or left anything behind on the server. Browsers complain of
   * every 4xx and 5xx: `refusals` are those that the test is about.
   */
  async function onPage(use, { refusals, ...options } = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ignoreHTTPSErrors: tls, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const complaints = [];
    page.on("console", message => {
      if (["error", "warning"].includes(message.type()) && !refusals?.test(message.text())) complaints.push(message.text());
    });
    page.on("pageerror", error => complaints.push(error.message));
    try {
      await page.goto(tls ? demo.secureOrigin : demo.origin);
      await page.locator("[data-example]").first().waitFor();
      await use(page, demo);
    } finally {
      await context.close();
    }
    assert.deepEqual(complaints, []);
    await untilIdle(demo);
  }

  return onPage;
}

/** An example's card, and what tests do with it. */
export const card = (page, id) => {
  const node = page.locator(`[data-example="${id}"]`);
  return {
    node,
    run: () => node.locator("[data-run]").click(),
    untilState: state => node.locator(`[data-state="${state}"]`).waitFor(),
    untilEvents: least => page.waitForFunction(
      ([selector, number]) => Number(document.querySelector(selector).dataset.events) >= number,
      [`[data-example="${id}"] [data-events]`, least]),
    events: async () => Number(await node.locator("[data-events]").getAttribute("data-events")),
    output: () => node.locator("[data-output] .data").allInnerTexts(),
    chips: () => node.locator("[data-output] .chip").allInnerTexts(),
  };
};
