import { answersCard } from "./answers.js";
import { audioCard } from "./audio.js";
import { chatCard } from "./chat.js";
import { copyButton, element } from "./dom.js";
import { downloadCard } from "./download.js";
import { ExampleCard } from "./example.js";
import { formCard } from "./form.js";
import { gameCard } from "./game.js";
import { javaLines } from "./java.js";
import { machinePanel } from "./machine.js";
import { notificationsCard } from "./notifications.js";
import { outboxCard } from "./outbox.js";
import { Output } from "./output.js";
import { race } from "./race.js";
import { requestCard } from "./request.js";
import { rowsCard } from "./rows.js";
import { listenCard, membersCard, roomCard, talkCard, uploadSocketCard } from "./socket.js";
import { tabsCard } from "./tabs.js";
import { uploadCard } from "./upload.js";
import { readEventSource } from "./wires.js";

const STATUS_EVERY = 2000; // ms

/** How an example is tried; a stream is what all others are. */
const CARDS = {
  answers: answersCard,
  audio: audioCard,
  chat: chatCard,
  download: downloadCard,
  form: formCard,
  notifications: notificationsCard,
  outbox: outboxCard,
  request: requestCard,
  requests: example => requestCard(example, 8),
  rows: rowsCard,
  socket: talkCard,
  "socket-game": gameCard,
  "socket-live": listenCard,
  "socket-members": membersCard,
  "socket-room": roomCard,
  "socket-upload": uploadSocketCard,
  tabs: tabsCard,
  upload: uploadCard,
};
const cardFor = example => CARDS[example.kind]?.(example) ?? new ExampleCard(example).node;

/** Runs `start` while `node` is on the screen of a visible tab, and what it returned when that ends: the page holds nothing unseen. */
function whileSeen(node, start) {
  let seen = false;
  let stop;
  const decide = () => {
    const wanted = seen && !document.hidden;
    if (wanted && !stop) stop = start();
    else if (!wanted && stop) {
      stop();
      stop = undefined;
    }
  };
  new IntersectionObserver(entries => {
    seen = entries.at(-1).isIntersecting;
    decide();
  }).observe(node);
  document.addEventListener("visibilitychange", decide);
}

/** Reads an endless event stream and shows its state; every event's JSON goes to `receive`. */
function follow(path, names, state, receive) {
  const show = (name, text) => {
    state.dataset.live = name;
    state.textContent = text;
  };
  show("connecting", "connecting");
  const stop = readEventSource(path, names, {
    opened: () => show("open", "live"),
    received: ({ data, name }) => receive(data, name),
    lost: () => show("connecting", "reconnecting"),
    failed: () => show("error", "not available"),
  });
  return () => {
    stop();
    show("idle", "paused");
  };
}

function parse(json) {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}

function startHero() {
  const panel = document.querySelector("#hero-live");
  const drop = race(document.querySelector("#race"));
  const output = new Output(panel.querySelector(".log"), { limit: 40 });
  whileSeen(panel, () => {
    const started = performance.now();
    output.clear();
    return follow("/examples/ticks", ["connected", "tick", "time"], panel.querySelector(".state"), (data, name) => {
      output.add(performance.now() - started, { data, name });
      const { time, type } = parse(data);
      drop(String(time ?? type ?? name ?? "event").replace(/^.*T([\d:]{8}).*$/, "$1"));
    });
  });
}

function startMachine() {
  const show = machinePanel(document.querySelector("#tiles"));
  whileSeen(document.body, () => follow("/examples/metrics", ["metrics"], document.querySelector("#machine .state"),
    data => show(parse(data))));
}

function startStatus() {
  const numbers = document.querySelectorAll("[data-status]");
  const poll = async () => {
    const response = await fetch("/status", { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => undefined);
    const status = response?.ok ? await response.json().catch(() => ({})) : {};
    for (const number of numbers) number.textContent = status[number.dataset.status]?.toLocaleString("en") ?? "–";
  };
  whileSeen(document.body, () => {
    let timer;
    const again = async () => {
      await poll(); // the next one is due after this one's answer, so a slow server is not asked twice at once
      if (timer !== null) timer = setTimeout(again, STATUS_EVERY);
    };
    again();
    return () => {
      clearTimeout(timer);
      timer = null;
    };
  });
}

async function listExamples() {
  const list = document.querySelector("#example-list");
  try {
    const response = await fetch("/examples.json", { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    const groups = Map.groupBy(await response.json(), example => example.group ?? "Examples");
    list.replaceChildren(contents(groups), ...[...groups].map(([name, examples]) => element("section", { class: "group", "aria-label": name },
      element("h3", {}, name), ...examples.map(cardFor))));
    // What the address names was not there yet when the browser looked for it.
    if (location.hash) list.querySelector(`#${CSS.escape(decodeURIComponent(location.hash.slice(1)))}`)?.scrollIntoView();
  } catch (error) {
    list.replaceChildren(element("p", { class: "notice", role: "alert" }, `The list of examples could not be loaded (${error.message}). Reload the page to try again.`));
  }
}

function contents(groups) {
  return element("nav", { class: "contents", "aria-label": "Examples" }, ...[...groups].map(([name, examples]) =>
    element("div", {}, element("span", {}, name), ...examples.map(({ id, title }) => element("a", { href: `#example-${id}` }, title)))));
}

function completeCommands() {
  for (const origin of document.querySelectorAll("[data-origin]")) origin.textContent = location.origin.replace(/^http/, origin.dataset.origin || "http");
  for (const command of document.querySelectorAll(".commands dd")) {
    const code = command.querySelector("code");
    command.append(copyButton(() => code.textContent, `Copy: ${code.textContent}`));
  }
}

for (const code of document.querySelectorAll("[data-java]")) code.replaceChildren(...javaLines(code.textContent));
completeCommands();
startHero();
startMachine();
startStatus();
listExamples();
