import { CardFrame, Panel } from "./card.js";
import { element } from "./dom.js";

const SHOWN = ["Content-Type", "Retry-After", "X-Request-Id"];

/** A plain request, or several at once, and what is answered. */
export function requestCard(example, times = 1) {
  const answers = element("span", { "data-answers": "0" }, "0 answers");
  const panel = new Panel(example.title, { counts: [answers] });
  const button = element("button", { type: "button", class: "run", "data-run": true, click: run }, "Run");
  const url = `${location.origin}${example.path}`;
  const frame = new CardFrame(example, () => (times === 1 ? `curl -i ${url}` : `curl -i '${url}?[1-${times}]'`),
    element("div", { class: "controls" }, button,
      ...(times === 1 ? [element("a", { class: "run quiet", href: example.path, target: "_blank" }, "Open in a tab")] : [])),
    panel.node);
  frame.showCommand();

  async function run() {
    button.disabled = true;
    panel.begin();
    panel.show("connecting");
    const statuses = await Promise.all(Array.from({ length: times }, ask));
    answers.dataset.answers = statuses.length;
    answers.textContent = `${statuses.length} answer${statuses.length === 1 ? "" : "s"}`;
    const refused = statuses.filter(status => status !== 200).length;
    if (times > 1) panel.show("ended", `${statuses.length - refused} served, ${refused} refused`);
    else panel.show(refused ? "error" : "ended");
    button.disabled = false;
  }

  async function ask() {
    try {
      const response = await fetch(example.path, { headers: { Accept: "application/json, */*;q=0.5" }, cache: "no-store" });
      const text = await response.text();
      panel.answer(response, SHOWN, times === 1 ? text : "");
      return response.status;
    } catch (error) {
      panel.note(error.message);
      return 0;
    }
  }

  return frame.node;
}
