import { action } from "./card.js";
import { element } from "./dom.js";
import { SocketCard } from "./socket.js";

const EVERY = 16;  // ms between two moves: 60 a second, where 100 may come
const STEP = 0.04; // of an arrow key
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

/** A board on which the pointer chases a ball. What is drawn is what the server has answered, pointer and ball alike. */
export function gameCard(example) {
  const ball = element("span", { class: "ball", hidden: true });
  const ring = element("span", { class: "ring", hidden: true });
  const board = element("div", { class: "board", tabindex: "0", role: "application", "data-board": true,
    "aria-label": "Board: move the pointer, or press the arrow keys, to catch the ball", pointermove: pointed, pointerdown: pointed, keydown: pressed },
  element("span", { class: "hint" }, "Connect, then catch the ball"), ball, ring);
  const hits = element("dd", { "data-hits": "0" }, "0");
  const trip = element("dd", { "data-trip": true }, "–");
  const card = new SocketCard(example, {
    above: [element("dl", { class: "figures" }, ...[[hits, "of 10 hits"], [trip, "there and back"]].map(([number, label]) =>
      element("div", {}, number, element("dt", {}, label)))), board],
    controls: [action("300 at once", flood, { "data-flood": true })],
    hears: text => show(JSON.parse(text)),
    changed,
  });
  let open = false;
  let at = { x: 0.5, y: 0.5 };
  let sentAt = [];
  let due = 0;

  function changed(isOpen) {
    open = isOpen;
    sentAt = [];
    board.classList.toggle("playing", open);
    ball.hidden = ring.hidden = !open;
    if (open) move(0.5, 0.5);
    else clearTimeout(due);
    due = 0;
  }

  function pointed(event) {
    const { left, top, width, height } = board.getBoundingClientRect();
    move((event.clientX - left) / width, (event.clientY - top) / height);
  }

  function pressed(event) {
    const [dx, dy] = ARROWS[event.key] ?? [];
    if (dx === undefined) return;
    event.preventDefault();
    move(at.x + dx, at.y + dy);
  }

  /** Screens draw up to 240 times a second: only the newest place of each 16 ms is sent. */
  function move(x, y) {
    const inside = number => Math.round(Math.min(1, Math.max(0, number)) * 1000) / 1000;
    at = { x: inside(x), y: inside(y) };
    if (open) due ||= setTimeout(() => {
      due = 0;
      sentAt.push(performance.now());
      card.send(JSON.stringify(at));
    }, EVERY);
  }

  function flood() {
    for (let i = 0; i < 300; i++) card.send(JSON.stringify(at));
  }

  function show({ x, y, ball: target, hits: number }) {
    if (!target) return; // told of an error
    place(ring, x, y);
    place(ball, target.x, target.y);
    hits.dataset.hits = hits.textContent = number;
    const sent = sentAt.shift();
    if (sent) trip.textContent = `${(performance.now() - sent).toFixed(1)} ms`;
  }

  return card.node;
}

function place(node, x, y) {
  node.style.left = `${x * 100}%`;
  node.style.top = `${y * 100}%`;
}
