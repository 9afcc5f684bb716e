import { CardFrame, Panel, action, paramField } from "./card.js";
import { element } from "./dom.js";

const SHOWN = ["Content-Type", "Content-Disposition", "Content-Range", "Content-Length", "Accept-Ranges", "ETag", "Last-Modified"];

/** A file to save, a range of it, and the answer to who has it already. */
export function downloadCard(example) {
  const panel = new Panel(example.title);
  const names = paramField(example.params[0], changed);
  const range = paramField({ name: "range", value: "0-99" }, changed);
  const link = element("a", { class: "run", "data-download": true }, "Download");
  const path = () => example.path.replace("{filename}", encodeURIComponent(names.querySelector("select").value));
  const wanted = () => `bytes=${range.querySelector("input").value.trim()}`;

  const frame = new CardFrame(example, () => `curl -i -r ${wanted().slice("bytes=".length)} ${location.origin}${path()}`,
    element("div", { class: "controls" }, names, link),
    element("div", { class: "controls" }, range,
      action("Ask for the range", () => run(() => send("GET", { Range: wanted() })), { "data-run": true }),
      action("Ask if it has changed", () => run(askAgain), { "data-again": true })),
    panel.node);

  function changed() {
    link.href = path();
    frame.showCommand();
  }

  async function send(method, headers) {
    panel.note([`${method} ${path()}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join("\n"));
    try {
      const response = await fetch(path(), { method, headers, cache: "no-store" });
      panel.answer(response, SHOWN, preview(response, new Uint8Array(await response.arrayBuffer())));
      return response;
    } catch (error) {
      panel.note(error.message);
      return undefined;
    }
  }

  async function run(steps) {
    panel.begin();
    panel.show("connecting");
    panel.show(await steps() ? "ended" : "error");
  }

  async function askAgain() {
    const first = await send("HEAD", {});
    return first && send("GET", { "If-None-Match": first.headers.get("ETag") });
  }

  changed();
  return frame.node;
}

/** Some of the bytes, as text where they are text. */
function preview(response, bytes) {
  if (bytes.length === 0) return "";
  const text = /^(text|multipart)\/|\+xml|json/.test(response.headers.get("Content-Type") ?? "");
  const some = bytes.subarray(0, text ? 600 : 32);
  const shown = text ? new TextDecoder().decode(some) : [...some].map(byte => byte.toString(16).padStart(2, "0")).join(" ");
  return some.length < bytes.length ? `${shown} …` : shown;
}
