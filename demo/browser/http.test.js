// Files, exports, uploads, forms and limits, asked for as curl would.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import http from "node:http";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { startDemo, until, untilIdle } from "./demo.js";

let demo;

before(async () => { demo = await startDemo(); });
after(async () => { await demo?.stop(); });

/** As fetch, but nothing is decoded, no path is tidied up and no header added. */
function ask(path, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(demo.origin);
    const request = http.request({ hostname, port, path, method, headers, agent: false, timeout: 20_000 }, response => {
      const chunks = [];
      response.on("data", chunk => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const content = Buffer.concat(chunks);
        resolve({ status: response.statusCode, headers: response.headers, content, text: content.toString(), json: () => JSON.parse(content) });
      });
    });
    request.on("error", reject);
    request.on("timeout", () => request.destroy(new Error(`${method} ${path}: 20 s are over`)));
    request.end(body);
  });
}

const FILES = ["noise.bin", "millrace.txt", "planets.csv", "Mühlrad.svg"];
const download = name => `/examples/download/${encodeURIComponent(name)}`;

test("download: each file has a type, a length, a tag and a name to be saved under", async () => {
  const types = [/^application\/octet-stream$/, /^text\/plain/, /^text\/csv/, /^image\/svg\+xml/];
  for (const [index, name] of FILES.entries()) {
    const { status, headers, content } = await ask(download(name));
    assert.equal(status, 200, name);
    assert.match(headers["content-type"], types[index]);
    assert.equal(Number(headers["content-length"]), content.length);
    assert.match(headers.etag, /^"[^"]+"$/);
    assert.equal(headers["accept-ranges"], "bytes");
    assert.match(headers["content-disposition"], /^attachment; filename="/);
  }
  const { headers } = await ask(download("Mühlrad.svg"));
  assert.match(headers["content-disposition"], /filename\*=UTF-8''M%C3%BChlrad\.svg/);
});

test("download: HEAD is GET without the body", async () => {
  for (const name of FILES) {
    const [head, get] = [await ask(download(name), { method: "HEAD" }), await ask(download(name))];
    assert.equal(head.content.length, 0);
    for (const header of ["content-length", "etag", "content-type", "content-disposition"]) {
      assert.equal(head.headers[header], get.headers[header], `${name}: ${header}`);
    }
  }
});

test("download: ranges are parts of the file", async () => {
  const { content, headers: { etag } } = await ask(download("noise.bin"));
  const length = content.length;
  assert.equal(length, 8 << 20);
  const ranges = { "bytes=0-99": [0, 100], "bytes=4000000-": [4_000_000, length], "bytes=-7": [length - 7, length], "bytes=8388600-99999999": [8388600, length] };
  for (const [range, [from, to]] of Object.entries(ranges)) {
    const part = await ask(download("noise.bin"), { headers: { Range: range } });
    assert.equal(part.status, 206, range);
    assert.equal(part.headers["content-range"], `bytes ${from}-${to - 1}/${length}`);
    assert.ok(part.content.equals(content.subarray(from, to)), range);
  }
  const outside = await ask(download("noise.bin"), { headers: { Range: "bytes=8388608-" } });
  assert.equal(outside.status, 416);
  assert.equal(outside.headers["content-range"], `bytes */${length}`);
  for (const range of ["bytes=9-3", "bytes=abc", "lines=1-2"]) {
    assert.equal((await ask(download("noise.bin"), { headers: { Range: range } })).status, 200, range);
  }
  assert.equal((await ask(download("noise.bin"), { headers: { Range: "bytes=0-9", "If-Range": etag } })).status, 206);
  assert.equal((await ask(download("noise.bin"), { headers: { Range: "bytes=0-9", "If-Range": '"other"' } })).status, 200);
  const several = await ask(download("noise.bin"), { headers: { Range: "bytes=0-1,10-11" } });
  assert.equal(several.status, 206);
  assert.match(several.headers["content-type"], /^multipart\/byteranges/);
});

test("download: who has the file is told so", async () => {
  const { headers: { etag, "last-modified": changed } } = await ask(download("noise.bin"));
  for (const headers of [{ "If-None-Match": etag }, { "If-None-Match": "*" }, { "If-Modified-Since": changed }]) {
    const { status, content, headers: told } = await ask(download("noise.bin"), { headers });
    assert.equal(status, 304, JSON.stringify(headers));
    assert.equal(content.length, 0);
    assert.equal(told.etag, etag);
  }
  assert.equal((await ask(download("noise.bin"), { headers: { "If-None-Match": '"other"' } })).status, 200);
  assert.equal((await ask(download("noise.bin"), { headers: { "If-Match": '"other"' } })).status, 412);
});

test("download: no other file can be had", async () => {
  for (const name of ["nothing", "noise.BIN", "0.bin", "noise.bin.gz", ".hidden", "noise.bin%20"]) {
    assert.equal((await ask(`/examples/download/${name}`)).status, 404, name);
  }
  for (const name of ["../logback.xml", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "..%5c..%5cboot.ini", "%00", "noise.bin%00.txt", "%zz",
    "/etc/passwd", "%2fetc%2fpasswd"]) {
    const { status, text } = await ask(`/examples/download/${name}`);
    assert.ok([400, 404].includes(status), `${name}: ${status}`);
    assert.doesNotMatch(text, /root:|<configuration/);
  }
  assert.equal((await ask(download("noise.bin"), { method: "DELETE" })).status, 405);
});

/** RFC 4180. */
function parseCsv(text) {
  const rows = [];
  let row = [];
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(match[1]?.replaceAll('""', '"') ?? match[2]);
    if (match[3] !== ",") rows.push(row.splice(0));
  }
  return rows;
}

test("export: 100,000 users, each field as it should be, the same each time", async () => {
  const first = await ask("/examples/export/users.csv");
  assert.equal(first.status, 200);
  assert.match(first.headers["content-type"], /^text\/csv/);
  assert.equal(first.headers["content-disposition"], 'attachment; filename="users.csv"');
  assert.equal(first.headers["content-length"], undefined);
  const lines = first.text.split("\r\n");
  assert.equal(lines.pop(), "", "ends with a line's end");
  assert.equal(lines.length, 100_001);
  assert.match(lines[0], /^id,name,email,/);
  assert.ok(lines.some(line => line.includes('"New York, NY"')) && lines.some(line => line.includes('""it cannot be done""')));
  const rows = parseCsv(first.text);
  assert.equal(rows.length, 100_001);
  for (const [index, row] of rows.entries()) {
    assert.equal(row.length, 6, row.join("|"));
    if (index > 0) assert.equal(row[0], String(index));
  }
  const again = await ask("/examples/export/users.csv", { headers: { "Accept-Encoding": "gzip" } });
  assert.equal(again.headers["content-encoding"], "gzip");
  assert.ok(again.content.length < first.content.length / 2);
  assert.ok(gunzipSync(again.content).equals(first.content));
});

test("export: HEAD writes nothing, and who leaves stops the writing", async () => {
  const head = await ask("/examples/export/users.csv", { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.match(head.headers["content-type"], /^text\/csv/);
  assert.equal(head.content.length, 0);
  const leaving = new AbortController();
  const response = await fetch(`${demo.origin}/examples/export/users.csv`, { signal: leaving.signal });
  await response.body.getReader().read();
  leaving.abort();
  await untilIdle(demo);
});

test("big-data: one valid document of many objects", async () => {
  const { status, headers, json } = await ask("/examples/big-data");
  assert.equal(status, 200);
  assert.match(headers["content-type"], /^application\/json/);
  const users = json();
  assert.equal(users.length, 50_000);
  assert.deepEqual(users.map(({ id }) => id), Array.from({ length: 50_000 }, (_, index) => index + 1));
  for (const count of [1, 2, 200_000]) assert.equal((await ask(`/examples/big-data?count=${count}`)).json().length, count);
  for (const count of ["0", "-1", "200001", "many", "", "1e3", "99999999999999999999"]) {
    const refused = await ask(`/examples/big-data?count=${count}`);
    assert.equal(refused.status, 400, count);
    assert.match(refused.headers["content-type"], /^application\/problem\+json/);
  }
  assert.equal((await ask("/examples/big-data", { method: "HEAD" })).content.length, 0);
  assert.equal((await ask("/examples/big-data", { headers: { Accept: "text/event-stream" } })).json().length, 50_000);
});

const sha256 = bytes => createHash("sha256").update(bytes).digest("hex");
const upload = (body, headers = {}, query = "") => ask(`/examples/upload${query}`, { method: "POST", body, headers });

function multipart(name, fileName, content, { type = "text/plain", end = "--" } = {}) {
  const body = Buffer.concat([
    Buffer.from(`--edge\r\nContent-Disposition: form-data; name="${name}"; filename="${fileName}"\r\nContent-Type: ${type}\r\n\r\n`),
    content, Buffer.from(`\r\n--edge${end}\r\n`)]);
  return [body, { "Content-Type": "multipart/form-data; boundary=edge", "Content-Length": body.length }];
}

test("upload: a form's file and a raw body are measured alike", async () => {
  for (const size of [0, 1, 70_000, 20_000_000]) {
    const content = Buffer.alloc(size, "mill");
    const form = await upload(...multipart("file", "räder.txt", content));
    assert.equal(form.status, 200, form.text);
    assert.deepEqual(form.json(), { name: "räder.txt", size, type: "text/plain", sha256: sha256(content) });
    const raw = await upload(content, { "Content-Type": "image/png", "Content-Length": size }, "?name=wheel.png");
    assert.deepEqual(raw.json(), { name: "wheel.png", size, type: "image/png", sha256: sha256(content) });
  }
  const bare = await upload("no type, no length", { "Transfer-Encoding": "chunked" });
  assert.deepEqual(bare.json(), { name: "", size: 18, type: "application/octet-stream", sha256: sha256("no type, no length") });
});

test("upload: a path in the name is no path", async () => {
  assert.equal((await upload(...multipart("file", "../../etc/passwd", Buffer.from("x")))).json().name, "passwd");
});

test("upload: too large is 413, with its length declared or not, and here only", async () => {
  const large = Buffer.alloc(53_000_000);
  const before = (await demo.status()).limited?.body ?? 0;
  const { status, headers: told } = await upload(undefined, { "Content-Length": large.length, Expect: "100-continue" });
  assert.equal(status, 413);
  assert.match(told["content-type"], /^application\/problem\+json/);
  const response = await fetch(`${demo.origin}/examples/upload`, {
    method: "POST", duplex: "half", body: new Blob([large]).stream() }).catch(error => error);
  assert.ok(response.status === 413 || response instanceof TypeError, "413, or cut while it still sends");
  assert.ok((await demo.status()).limited.body >= before + 1, "counted");
  const order = Buffer.alloc(1_100_000, " ");
  assert.equal((await ask("/examples/orders", { method: "POST", body: order, headers: { "Content-Type": "application/json" } })).status, 413);
});

test("upload: what is broken is 400", async () => {
  const hello = Buffer.from("hello");
  const form = "multipart/form-data; boundary=edge";
  const broken = {
    "no end": multipart("file", "a.txt", hello, { end: "" }),
    "another field": multipart("photo", "a.txt", hello),
    "not a form": ["nonsense", { "Content-Type": form }],
    "no boundary": ["--edge--", { "Content-Type": "multipart/form-data" }],
    "nothing in it": ["--edge--\r\n", { "Content-Type": form }],
    "no body": ["", { "Content-Type": form }],
  };
  for (const [what, [body, headers]] of Object.entries(broken)) {
    const { status, headers: told, text } = await upload(body, headers);
    assert.equal(status, 400, `${what}: ${text}`);
    assert.match(told["content-type"], /^application\/problem\+json/);
  }
  assert.ok([404, 405].includes((await ask("/examples/upload")).status));
});

test("audio: any range of what is computed is the same as in the whole", async () => {
  const whole = await ask("/examples/tones.wav");
  assert.equal(whole.headers["content-type"], "audio/wav");
  assert.equal(whole.content.length, 11_520_044);
  assert.equal(whole.content.toString("latin1", 0, 4), "RIFF");
  assert.equal(whole.content.readUInt32LE(40), 11_520_000);
  for (const [from, to] of [[0, 43], [43, 45], [44, 44], [1001, 90_000], [7_680_001, 7_700_002], [11_520_043, 11_520_043]]) {
    const part = await ask("/examples/tones.wav?client=test", { headers: { Range: `bytes=${from}-${to}` } });
    assert.equal(part.status, 206);
    assert.ok(part.content.equals(whole.content.subarray(from, to + 1)), `${from}-${to}`);
  }
  const asked = (await ask("/examples/tones/asked?client=test")).json();
  assert.deepEqual(asked.map(({ range }) => range).slice(0, 2), ["bytes=0-43", "bytes=43-45"]);
  assert.deepEqual((await ask("/examples/tones/asked?client=nobody")).json(), []);
});

const order = value => ask("/examples/orders", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });

test("orders: every field that does not fit is told", async () => {
  const good = { item: "wheel", quantity: 2, email: "ada@example.org" };
  const taken = await order(good);
  assert.equal(taken.status, 201);
  assert.deepEqual(taken.json(), good);
  const refused = await order({ item: " ", quantity: 101, email: "ada" });
  assert.equal(refused.status, 400);
  assert.match(refused.headers["content-type"], /^application\/problem\+json/);
  assert.deepEqual(refused.json().errors.map(({ field }) => field), ["item", "quantity", "email"]);
  assert.deepEqual((await order({ ...good, quantity: "two" })).json().errors.map(({ field }) => field), ["quantity"]);
  assert.deepEqual((await order({ quantity: 1, email: "a@b" })).json().errors.map(({ field }) => field), ["item"]);
  for (const body of ["", "{", "[]", "null"]) {
    const { status, text } = await ask("/examples/orders", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    assert.equal(status, 400, `${body}: ${text}`);
  }
});

test("visits: the cookie comes back and counts", async () => {
  const first = await ask("/examples/visits");
  assert.equal(first.text, "visit number 1");
  const [cookie] = first.headers["set-cookie"];
  assert.match(cookie, /^visits=1; .*HttpOnly/);
  assert.equal((await ask("/examples/visits", { headers: { Cookie: cookie.split(";")[0] } })).text, "visit number 2");
  assert.equal((await ask("/examples/visits", { headers: { Cookie: "visits=many" } })).text, "visit number 1");
});

test("limited: five at once, and then a time to wait", async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => ask("/examples/limited")));
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length >= 4, "of 12 within a fraction of a second");
  assert.ok(answers.length - refused.length >= 5);
  for (const { headers } of refused) assert.match(headers["retry-after"], /^[1-9]\d*$/);
});

test("failure: a document to programs, a page to people, and the reason to nobody", async () => {
  const document = await ask("/examples/failure");
  assert.equal(document.status, 500);
  assert.match(document.headers["content-type"], /^application\/problem\+json/);
  assert.equal(document.json().id, document.headers["x-request-id"]);
  const page = await ask("/examples/failure", { headers: { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" } });
  assert.equal(page.status, 500);
  assert.match(page.headers["content-type"], /^text\/html/);
  for (const { text } of [document, page]) assert.doesNotMatch(text, /1234|IllegalState|\.java/);
});

test("the access log is a file, and not the console", async () => {
  const path = `/examples/hello?marked=${Date.now()}&token=secret`;
  const { headers } = await ask(path, { headers: { Accept: "application/json" } });
  const find = async () => (await readFile(new URL("../target/access.log", import.meta.url), "utf8")).split("\n")
    .find(text => text.includes(headers["x-request-id"]));
  const line = await until(find, found => found, { what: "a line in the access log" });
  assert.match(line, /path="\/examples\/hello" query="marked=\d+&token=\*\*\*" status="200"/);
  assert.ok(!demo.log.some(text => text.includes("secret")), "not on the console");
});
