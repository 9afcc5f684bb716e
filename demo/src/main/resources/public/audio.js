import { CardFrame, Panel, action } from "./card.js";
import { element, formatBytes } from "./dom.js";
import { row } from "./output.js";

const ASK_EVERY = 1000; // ms, at most
const JUMP = 40;        // s
const HEAD = 44;        // bytes of a WAV file before its sound
const SECOND = 192_000; // bytes of a second of it

/** The browser's own player, and what it asks the server for. */
export function audioCard(example) {
  const client = Math.random().toString(36).slice(2, 12); // tells our requests from those of others, and is no secret
  const source = `${example.path}?client=${client}`;
  // Nothing is loaded before somebody wants to hear it: a browser has six connections.
  const player = element("audio", { controls: true, preload: "none", src: source, "data-audio": true, "aria-label": example.title });
  const list = element("ol", { "data-output": true });
  const log = element("div", { class: "log", role: "log", "aria-live": "off", "aria-label": `Requests of ${example.title}`, tabindex: "0" }, list);
  const asked = element("span", { "data-asked": "0" }, "0 requests");
  const panel = new Panel(example.title, { counts: [asked], above: [log], log: false });
  panel.show("idle", "What the browser asks for");
  let due;

  const frame = new CardFrame(example, () => `curl -r ${HEAD + JUMP * SECOND}- -o end.pcm ${location.origin}${example.path}`,
    player,
    element("div", { class: "controls" },
      action(`Play from 0:${JUMP}`, () => { player.currentTime = JUMP; player.play().catch(error => panel.show("error", error.message)); }, { "data-run": true }),
      action("Pause", () => player.pause())),
    panel.node);
  frame.showCommand();

  async function ask() {
    const response = await fetch(`/examples/tones/asked?client=${client}`, { cache: "no-store" }).catch(() => undefined);
    if (!response?.ok) return;
    const entries = await response.json();
    list.replaceChildren(...entries.map(entry => row(Date.parse(entry.time) - Date.parse(entries[0].time), describe(entry))));
    asked.dataset.asked = entries.length;
    asked.textContent = `${entries.length} request${entries.length === 1 ? "" : "s"}`;
    log.scrollTop = log.scrollHeight;
  }

  /** At most once a second, and once more after the last event. */
  function askSoon() {
    due ??= setTimeout(() => {
      due = undefined;
      ask();
    }, ASK_EVERY);
  }

  for (const event of ["loadstart", "loadedmetadata", "seeking", "seeked", "playing", "progress", "suspend", "stalled", "pause", "ended"]) {
    player.addEventListener(event, askSoon);
  }
  player.addEventListener("playing", () => panel.show("open", "Playing"));
  for (const event of ["pause", "ended"]) player.addEventListener(event, () => panel.show("stopped", "Paused"));
  player.addEventListener("error", () => panel.show("error", player.error?.message || "The sound cannot be played"));
  return frame.node;
}

const ENDS = { completed: "sent whole", disconnected: "until the browser had enough", stalled: "cut: the browser took no more for too long" };

function describe({ range, status, bytes, reason }) {
  const from = Number(/^bytes=(\d+)-/.exec(range)?.[1] ?? 0);
  const place = from > HEAD ? ` (from ${time((from - HEAD) / SECOND)})` : "";
  const what = `${range ? `Range: ${range}` : "the whole"}${place}`;
  if (!status) return { name: "…", data: `${what}\non its way` };
  const end = ENDS[reason] ?? reason.replaceAll("_", " ");
  return { name: String(status), failed: status >= 400, data: `${what}\n${reason === "completed" ? `${formatBytes(bytes)}, ` : ""}${end}` };
}

const time = seconds => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
