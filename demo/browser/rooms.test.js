// Chat, notifications and answers, asked for as curl would; and an answer read in two tabs.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import WebSocket from "ws";
import { until } from "./demo.js";
import { card, inBrowser } from "./page.js";
import { say } from "./rooms.js";

const onPage = inBrowser();

/** A test that needs a server and no page. */
const asking = (what, use) => test(what, () => onPage((page, demo) => use(demo)));

const post = (demo, path, body) => fetch(`${demo.origin}/examples${path}`,
  { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), headers: { "Content-Type": "application/json" } });

/** Reads an event stream; `events` grows. */
async function listen(demo, path, headers = {}) {
  const abort = new AbortController();
  const response = await fetch(`${demo.origin}/examples${path}`, { headers: { Accept: "text/event-stream", ...headers }, signal: abort.signal });
  const stream = { status: response.status, events: [], ended: false, close: () => abort.abort() };
  stream.messages = () => stream.events.filter(({ event }) => event === "message").map(({ data }) => data.message);
  if (!response.ok) {
    stream.problem = await response.json();
    return stream;
  }
  (async () => {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of response.body) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const fields = block.split("\n").map(line => line.split(/: ?(.*)/s)).filter(([name]) => name);
        const of = name => fields.filter(([field]) => field === name).map(([, text]) => text).join("\n");
        const data = of("data");
        stream.events.push({ event: of("event") || (data ? "message" : undefined), id: of("id") || undefined, data: /^[{[]/.test(data) ? JSON.parse(data) : data });
      }
    }
    stream.ended = true;
  })().catch(error => {
    if (!abort.signal.aborted) throw error;
  });
  return stream;
}

/** The same by a WebSocket. */
async function openSocket(demo, path) {
  const socket = new WebSocket(`${demo.origin.replace(/^http/, "ws")}/examples${path}`);
  const stream = { socket, events: [], close: () => socket.close() };
  socket.on("message", text => stream.events.push(JSON.parse(text)));
  stream.messages = () => stream.events.filter(({ event }) => event === "message").map(({ data }) => data.message);
  await once(socket, "open");
  return stream;
}

const untilMessages = (stream, number) => until(async () => stream.messages(), messages => messages.length >= number, { what: `${number} messages` });

asking("send answers with the position that the message has on every wire", async demo => {
  const events = await listen(demo, "/chat/events?room=wires");
  const socket = await openSocket(demo, "/ws/chat/wires");
  await until(async () => socket.events.length, length => length > 0);
  const response = await post(demo, "/chat/send", { room: "wires", username: "Ada", message: "Mühlrad\n🌊" });
  assert.equal(response.status, 200);
  const { success, messageId } = await response.json();
  assert.equal(success, true);
  for (const stream of [events, socket]) {
    await untilMessages(stream, 1);
    const { id, data: { username, message, time } } = stream.events.find(({ event }) => event === "message");
    assert.deepEqual([id, username, message], [messageId, "Ada", "Mühlrad\n🌊"]);
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000, time);
  }
  events.close();
  socket.close();
});

asking("what is missing, blank or too long is refused with 400, and the limits are told", async demo => {
  const refused = [
    [{ room: "a", username: "Ada" }, "message", /1 to 2,000 characters/],
    [{ room: "a", username: "Ada", message: " \n" }, "message", /1 to 2,000 characters/],
    [{ room: "a", username: "Ada", message: "m".repeat(2001) }, "message", /1 to 2,000 characters/],
    [{ room: "a", message: "m" }, "username", /1 to 40 characters/],
    [{ room: "a", username: "", message: "m" }, "username", /1 to 40 characters/],
    [{ room: "a", username: "u".repeat(41), message: "m" }, "username", /1 to 40 characters/],
    [{ room: "", username: "Ada", message: "m" }, "room", /1 to 250 characters/],
    [{ room: "a\u0007", username: "Ada", message: "m" }, "room", /1 to 250 characters/],
    [{ room: "\ud800", username: "Ada", message: "m" }, "room", /1 to 250 characters/],
    [{ room: "r".repeat(251), username: "Ada", message: "m" }, "room", /1 to 250 characters/],
  ];
  for (const [body, field, expected] of refused) {
    const response = await post(demo, "/chat/send", body);
    assert.equal(response.status, 400, JSON.stringify(body));
    assert.match(response.headers.get("content-type"), /^application\/problem\+json/);
    const { errors } = await response.json();
    assert.deepEqual(errors.map(error => error.field), [field], JSON.stringify(body));
    assert.match(errors[0].expected, expected);
  }
  for (const body of ["", "no JSON", "[]", "null"]) assert.equal((await post(demo, "/chat/send", body)).status, 400, body);
  for (const query of ["room=", "room=%07", `room=${"r".repeat(251)}`, "username=", `username=${"u".repeat(41)}`]) {
    assert.equal((await listen(demo, `/chat/events?${query}`)).status, 400, query);
  }
  assert.equal((await post(demo, "/chat/send", { room: "r".repeat(250), username: "u".repeat(40), message: "m".repeat(2000) })).status, 200);
});

asking("a room that is not named is the lobby, and any other is apart from it", async demo => {
  const lobby = await listen(demo, "/chat/events");
  const other = await listen(demo, `/chat/events?room=${encodeURIComponent("Mühle & Rad/1")}`);
  assert.equal((await post(demo, "/chat/send", { username: "Ada", message: "to the lobby" })).status, 200);
  await say(demo, "Mühle & Rad/1", "to the mill");
  await untilMessages(lobby, 1);
  await untilMessages(other, 1);
  assert.deepEqual([lobby.messages(), other.messages()], [["to the lobby"], ["to the mill"]]);
  lobby.close();
  other.close();
});

asking("a new client is given the last fifty, one that comes back what it has missed", async demo => {
  const ids = [];
  for (let n = 0; n < 60; n++) ids.push(await say(demo, "history", `${n}`));
  const fifty = Array.from({ length: 50 }, (_, n) => `${n + 10}`);
  const [events, socket] = [await listen(demo, "/chat/events?room=history"), await openSocket(demo, "/ws/chat/history")];
  for (const stream of [events, socket]) {
    await untilMessages(stream, 50);
    assert.deepEqual(stream.messages(), fifty);
  }
  const back = [
    await listen(demo, "/chat/events?room=history", { "Last-Event-ID": ids[56] }),
    await listen(demo, `/chat/events?room=history&lastEventId=${ids[56]}`),
    await openSocket(demo, `/ws/chat/history?lastEventId=${ids[56]}`),
  ];
  await say(demo, "history", "60");
  for (const stream of back) {
    await untilMessages(stream, 4);
    assert.deepEqual(stream.messages(), ["57", "58", "59", "60"]);
  }
  for (const stream of [events, socket, ...back]) stream.close();
});

asking("the last thousand are kept; who has missed more is told of the gap first", async demo => {
  const first = await say(demo, "long", "0");
  for (let n = 1; n <= 1010; n++) await say(demo, "long", `${n}`);
  const events = await listen(demo, `/chat/events?room=long&lastEventId=${first}`);
  await untilMessages(events, 1000);
  const [{ event, data }] = events.events.filter(({ event: name }) => name === "gap" || name === "message");
  assert.equal(event, "gap");
  assert.deepEqual([data.from, data.reason], [first, "expired"]);
  assert.deepEqual(events.messages(), Array.from({ length: 1000 }, (_, n) => `${n + 11}`));
  events.close();
});

asking("a wrong message on the socket is answered with its field, and the socket stays open", async demo => {
  const socket = await openSocket(demo, "/ws/chat/wrong?username=Ada");
  const errors = () => socket.events.filter(({ event }) => event === "error").map(({ data }) => JSON.stringify(data));
  const wrong = ["no JSON", "{}", '{"username":"Ada","message":" "}', JSON.stringify({ username: "Ada", message: "m".repeat(2001) })];
  for (const [index, text] of wrong.entries()) {
    socket.socket.send(text);
    await until(async () => errors().length, length => length === index + 1, { what: `an error about ${text.slice(0, 40)}` });
  }
  assert.match(errors()[1], /username.*message/);
  assert.match(errors()[3], /1 to 2,000 characters/);
  socket.socket.send('{"room":"elsewhere","username":"Ada","message":"in the room of the path"}');
  await untilMessages(socket, 1);
  assert.deepEqual(socket.messages(), ["in the room of the path"]);
  socket.close();
});

asking("members are those who said a name, each once", async demo => {
  const ada = await listen(demo, "/chat/events?room=members&username=Ada");
  const again = await openSocket(demo, "/ws/chat/members?username=Ada");
  const nobody = await listen(demo, "/chat/events?room=members");
  const ben = await openSocket(demo, "/ws/chat/members?username=Ben");
  const present = stream => {
    const ids = new Set();
    for (const { event, data } of stream.events) {
      if (event === "members") ids.clear();
      for (const { id } of data?.members ?? data?.joined ?? []) ids.add(id);
      for (const id of data?.left ?? []) ids.delete(id);
    }
    return [...ids].sort().join();
  };
  for (const stream of [ada, again, nobody, ben]) await until(async () => present(stream), names => names === "Ada,Ben");
  ben.close();
  await until(async () => present(nobody), names => names === "Ada");
  for (const stream of [ada, again, nobody]) stream.close();
});

asking("only she may join a user's room; a notification waits for her", async demo => {
  for (const [query, status] of [["", 400], ["?user=", 400], ["?user=a%20b", 400], ["?user=ben&of=ada", 403], ["?of=ada", 400]]) {
    const { status: answered, problem } = await listen(demo, `/notifications${query}`);
    assert.equal(answered, status, query);
    assert.equal(problem.status, status);
  }
  for (const body of [{ user: "ada" }, { text: "a" }, { user: "a b", text: "a" }, { user: "ada", text: " " }]) assert.equal((await post(demo, "/notifications", body)).status, 400);
  const sent = await (await post(demo, "/notifications", { user: "zoë", text: "Your flour is ready" })).json();
  const zoe = await listen(demo, "/notifications?user=zo%C3%AB");
  await until(async () => zoe.events, events => events.some(({ event }) => event === "notification"));
  const { id, data } = zoe.events.find(({ event }) => event === "notification");
  assert.deepEqual([id, data.text], [sent.messageId, "Your flour is ready"]);
  zoe.close();
});

asking("an answer has an address that nobody guesses; what is not known is a 404", async demo => {
  for (const id of ["1", "00000000-0000-0000-0000-000000000000", "%00"]) {
    const { status } = await listen(demo, `/answers/${id}`);
    assert.ok(status === 404 || (id === "%00" && status === 400), `${id}: ${status}`);
  }
  const ids = new Set();
  for (const body of ["", "{}", { question: "Why?" }]) {
    const response = await post(demo, "/answers", body);
    assert.equal(response.status, 201);
    const { id } = await response.json();
    assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(response.headers.get("location"), `/examples/answers/${id}`);
    ids.add(id);
  }
  assert.equal(ids.size, 3);
  assert.equal((await post(demo, "/answers", { question: "q".repeat(501) })).status, 400);
});

asking("of more than a hundred answers the oldest is forgotten", async demo => {
  const answers = [];
  for (let n = 0; n < 101; n++) answers.push((await (await post(demo, "/answers", "")).json()).id);
  assert.equal((await listen(demo, `/answers/${answers[0]}`)).status, 404);
  const second = await listen(demo, `/answers/${answers[1]}`);
  assert.equal(second.status, 200);
  second.close();
});

test("an answer is made once: left mid-sentence, read along in another tab, taken up again, ended for both", () => onPage(async page => {
  const whole = (await readFile(new URL("../src/main/resources/answer.txt", import.meta.url), "utf8")).trim();
  const answers = tab => {
    const example = card(tab, "answers");
    const text = () => example.node.locator("[data-answer]").textContent();
    return { ...example, text, untilLonger: least => until(text, now => now.length > least, { what: `${least} characters` }) };
  };
  const first = answers(page);
  await first.node.locator("[data-question]").fill("What carries the water?");
  await first.run();
  await first.untilLonger(100);
  await first.node.locator("[data-pause]").click();
  const left = await first.text();
  const [tab] = await Promise.all([page.context().waitForEvent("page"), first.node.locator("[data-tab]").click()]);
  const second = answers(tab);
  await second.untilLonger(left.length + 60);
  assert.equal(await first.text(), left, "paused");
  await first.node.locator("[data-pause]").click();
  await first.untilLonger(left.length + 100);
  for (const { node, text, untilState } of [first, second]) {
    await node.locator('[data-state="ended"]').waitFor({ timeout: 60_000 });
    await untilState("ended");
    assert.equal(await text(), whole);
    assert.equal(await node.locator("[data-asked]").innerText(), "What carries the water?");
  }
  await tab.close();
}));
