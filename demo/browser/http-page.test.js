// Files, exports, uploads, forms and limits as somebody tries them in the page.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { PICTURES, card, inBrowser } from "./page.js";

const onPage = inBrowser();

const fetched = async url => Buffer.from(await (await fetch(url)).arrayBuffer());
const sha256 = bytes => createHash("sha256").update(bytes).digest("hex");

async function saved(page, link) {
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

test("a download is the file, byte for byte, under its name", () => onPage(async page => {
  const { node } = card(page, "download");
  for (const name of ["noise.bin", "Mühlrad.svg"]) {
    await node.locator('[data-param="filename"]').selectOption(name);
    const { name: suggested, bytes } = await saved(page, node.locator("[data-download]"));
    assert.equal(suggested, name);
    const whole = await fetched(`${new URL(page.url()).origin}/examples/download/${encodeURIComponent(name)}`);
    assert.ok(bytes.length > 100 && bytes.equals(whole), name);
  }
}));

test("a range is shown with its headers, and a 304 to who has the file", () => onPage(async page => {
  const files = card(page, "download");
  await files.run();
  await files.untilState("ended");
  assert.match((await files.output()).join("\n"), /206.*Partial Content[^]*Content-Range: bytes 0-99\/8388608\nContent-Length: 100\n/);
  await files.node.locator("[data-again]").click();
  await files.node.getByText("Not Modified").waitFor();
  assert.match((await files.output()).join("\n"), /If-None-Match: "[^]*304.*Not Modified/);
}));

test("a range that is not there is shown as refused", () => onPage(async page => {
  const files = card(page, "download");
  await files.node.locator('[data-param="range"]').fill("8388608-");
  await files.run();
  await files.node.getByText("Range Not Satisfiable").waitFor();
  assert.equal(await files.node.locator(".chip.error").innerText(), "416");
}, { refusals: /status of 416/ }));

test("the export comes whole, while the page counts its rows", () => onPage(async page => {
  const users = card(page, "export");
  await users.run();
  await page.waitForFunction(() => Number(document.querySelector('[data-example="export"] [data-rows]').dataset.rows) > 0);
  await users.untilState("ended");
  assert.equal(await users.node.locator("[data-rows]").getAttribute("data-rows"), "100000");
  assert.match(await users.node.locator("[data-state]").innerText(), /100,001 lines/);
  assert.ok(Number(await users.node.locator("[data-bytes]").getAttribute("data-bytes")) > 5_000_000);
  assert.match(await users.node.locator("[data-heap]").innerText(), /\d MB|\d GB/);
  const { name, bytes } = await saved(page, users.node.locator("[data-download]"));
  assert.equal(name, "users.csv");
  const lines = bytes.toString().split("\r\n");
  assert.equal(lines.length, 100_002);
  assert.ok(lines.at(-2).startsWith("100000,"));
}));

test("the export can be read slowly, and stopped", () => onPage(async page => {
  const users = card(page, "export");
  await users.node.locator("[data-slowly]").check();
  await users.run();
  await page.waitForFunction(() => Number(document.querySelector('[data-example="export"] [data-rows]').dataset.rows) > 0);
  await users.run();
  await users.untilState("stopped");
}));

test("the large document is valid, and a wrong count is shown as refused", () => onPage(async page => {
  const data = card(page, "big-data");
  await data.run();
  await data.untilState("ended");
  assert.match(await data.node.locator("[data-state]").innerText(), /valid JSON of 50,000 objects/);
  await data.node.locator("[data-param]").fill("0");
  await data.run();
  await data.untilState("error");
  assert.match((await data.output()).join("\n"), /400.*Bad Request[^]*expected: 1 to 200000/);
}, { refusals: /status of 400/ }));

test("a file is uploaded with its progress to the end", () => onPage(async page => {
  const uploads = card(page, "upload");
  const buffer = Buffer.alloc(12_345_678, "millrace");
  await page.evaluate(() => {
    window.steps = [];
    const sent = document.querySelector('[data-example="upload"] [data-sent]');
    new MutationObserver(() => window.steps.push(Number(sent.dataset.sent))).observe(sent, { attributes: true });
  });
  await uploads.node.locator("[data-file]").setInputFiles({ name: "räder.bin", mimeType: "application/x-wheels", buffer });
  await uploads.untilState("ended");
  const answer = (await uploads.output()).at(-1);
  for (const part of ["name: räder.bin", "size: 12345678", "type: application/x-wheels", sha256(buffer)]) assert.ok(answer.includes(part), answer);
  assert.equal(await uploads.node.locator("progress").evaluate(bar => bar.value), 1);
  const steps = await page.evaluate(() => window.steps);
  assert.ok(steps.at(-1) >= buffer.length, steps.join());
  assert.deepEqual(steps, steps.toSorted((one, other) => one - other));
}));

test("a dropped file is sent as it is when no form is wanted", () => onPage(async page => {
  const uploads = card(page, "upload");
  await uploads.node.locator("[data-raw]").check();
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["dropped"], "dropped.txt", { type: "text/plain" }));
    return transfer;
  });
  const sent = page.waitForRequest("**/examples/upload?**");
  await uploads.node.locator(".dropzone").dispatchEvent("drop", { dataTransfer: data });
  assert.equal((await sent).headers()["content-type"], "text/plain");
  await uploads.untilState("ended");
  assert.match((await uploads.output()).at(-1), /name: dropped.txt\nsize: 7\n/);
}));

test("an upload that is too large and a broken one are told so", () => onPage(async page => {
  const uploads = card(page, "upload");
  await uploads.node.locator("[data-too-large]").click();
  await uploads.node.getByText("Too large: up to 50 MB are taken").waitFor();
  assert.match((await uploads.output()).at(-1), /^413/);
  await uploads.node.locator("[data-broken]").click();
  await uploads.node.getByText("Refused · Bad Request").waitFor();
  assert.match((await uploads.output()).at(-1), /^400.*the body ends before the last boundary/);
  await uploads.run();
  await uploads.untilState("ended");
}, { refusals: /status of (400|413)/ }));

test("the sound can be sought in, by ranges", () => onPage(async page => {
  const audio = card(page, "audio");
  const player = audio.node.locator("[data-audio]");
  const seek = seconds => player.evaluate((element, to) => new Promise((resolve, reject) => {
    element.addEventListener("seeked", () => resolve(element.currentTime), { once: true });
    element.addEventListener("error", () => reject(new Error(element.error.message)), { once: true });
    element.currentTime = to;
  }), seconds);
  await player.evaluate(element => new Promise((resolve, reject) => {
    element.addEventListener("loadedmetadata", resolve, { once: true });
    element.addEventListener("error", () => reject(new Error(element.error.message)), { once: true });
    element.preload = "metadata";
    element.load();
  }));
  assert.equal(await player.evaluate(element => element.duration), 60);
  const answers = [];
  page.on("response", response => { if (response.url().includes("/tones.wav")) answers.push(response); });
  assert.equal(await seek(50), 50);
  assert.ok(answers.length > 0, "asked for what it did not have");
  for (const response of answers) assert.equal(response.status(), 206);
  assert.ok(answers.some(response => /^bytes=9\d{6}-/.test(response.request().headers().range)), "from about 0:50 on");
  assert.equal(await seek(3), 3);
  await audio.node.getByText(/Range: bytes=9\d{6}-\d* \(from 0:4\d|Range: bytes=9\d{6}-\d* \(from 0:50/).first().waitFor();
  assert.ok((await audio.chips()).includes("206"));
}));

test("the sound plays", () => onPage(async page => {
  const audio = card(page, "audio");
  await audio.run();
  await audio.untilState("open");
  await page.waitForFunction(() => document.querySelector("[data-audio]").currentTime > 40.2);
  await audio.node.getByRole("button", { name: "Pause", exact: true }).click();
  await audio.untilState("stopped");
}));

test("an order's errors stand beside its fields, and go when it fits", () => onPage(async page => {
  const orders = card(page, "orders");
  const errors = () => orders.node.locator("[data-error]").allInnerTexts();
  await orders.run();
  await orders.untilState("error");
  assert.deepEqual(await errors(), ["Expected: not blank", "Expected: 1 to 100", "Expected: as in ada@example.org"]);
  assert.equal(await orders.node.locator('[aria-invalid="true"]').count(), 3);
  assert.equal(await page.evaluate(() => document.activeElement.name), "item");
  await orders.node.locator('[name="item"]').fill("wheel");
  await orders.node.locator('[name="quantity"]').fill("many");
  await orders.node.locator('[name="email"]').fill("ada@example.org");
  await orders.run();
  await page.waitForFunction(() => !document.querySelector('[data-error="item"]').textContent);
  const [, quantity] = await errors();
  assert.match(quantity, /^Expected: integer/);
  await orders.node.locator('[name="quantity"]').fill("2");
  await orders.run();
  await orders.untilState("ended");
  assert.deepEqual(await errors(), ["", "", ""]);
}, { refusals: /status of 400/ }));

test("the cookie counts, the limit limits, and the failure tells nothing but its id", () => onPage(async page => {
  const visits = card(page, "visits");
  for (const number of [1, 2]) {
    await visits.run();
    await visits.node.getByText(`visit number ${number}`).waitFor();
  }
  assert.equal(await page.evaluate(() => document.cookie), "");
  const limited = card(page, "limited");
  await limited.run();
  await limited.untilState("ended");
  assert.match(await limited.node.locator("[data-state]").innerText(), /^[567] served, [123] refused$/);
  assert.match((await limited.output()).join("\n"), /429.*Too Many Requests[^]*Retry-After: 1/);
  const failure = card(page, "failure");
  await failure.run();
  await failure.untilState("error");
  const [answer] = await failure.output();
  assert.ok(answer.includes(`"id":"${/X-Request-Id: (\w+)/.exec(answer)[1]}"`), answer);
  assert.doesNotMatch(answer, /1234/);
  const [tab] = await Promise.all([page.context().waitForEvent("page"), failure.node.getByRole("link").click()]);
  await tab.locator("h1", { hasText: "Internal Server Error" }).waitFor();
}, { refusals: /status of (429|500)/ }));

for (const width of [1280, 390]) {
  test(`the new cards fit when they are full, ${width} pixels wide`, () => onPage(async page => {
    for (const id of ["download", "export", "big-data", "upload", "audio", "orders", "visits", "limited", "failure"]) await card(page, id).run();
    for (const id of ["export", "big-data", "upload"]) await card(page, id).untilState("ended");
    await card(page, "audio").node.getByText("Range: bytes=").first().waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, "scrolls sideways");
    await page.locator("section.group").last().screenshot({ path: `${PICTURES}files-${width}.png` });
  }, { viewport: { width, height: 900 }, refusals: /status of (400|429|500)/ }));
}
