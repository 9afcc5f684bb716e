import { CardFrame, Panel, STATES, action } from "./card.js";
import { element } from "./dom.js";
import { RoomStream, post } from "./room.js";

/** A text that grows while it is made. It is made on the server, once, whoever reads it: so it can be left, taken up again, and shared. */
export function answersCard(example) {
  const question = element("input", { type: "text", value: "What is a millrace?", "data-question": true, "aria-label": "Question", maxlength: "500", autocomplete: "off" });
  const ask = element("button", { type: "submit", class: "run", "data-run": true }, "Ask");
  const pause = action("Pause", toggle, { "data-pause": true, hidden: true });
  const link = element("a", { class: "run quiet", target: "_blank", "data-tab": true, hidden: true }, "Open in another tab");
  const words = element("span", { "data-words": "0" });
  const position = element("code", { class: "position", "data-position": true });
  const asked = element("p", { class: "asked", "data-asked": true });
  const text = element("p", { class: "answer", "data-answer": true });
  const page = element("div", { class: "log text", role: "log", "aria-live": "off", "aria-label": "The answer", tabindex: "0" }, asked, text);
  const panel = new Panel(example.title, { counts: [words, position], above: [page], log: false });
  const form = element("form", { class: "say", submit: event => {
    event.preventDefault();
    begin();
  } }, question, ask);
  let id;
  let isReading = false;
  let count = 0;

  const stream = new RoomStream("sse", ["question", "word"], {
    opened: () => show("open", `${STATES.open} · Server-Sent Events`),
    received: hear,
    lost: () => show("connecting"),
    ended: why => over("ended", why === "all has been sent" ? "Complete" : why),
    failed: why => over("error", `${STATES.error}: ${why}`),
  });
  const path = () => `${example.path}/${id ?? "{id}"}`;
  const frame = new CardFrame(example, () => `curl -N ${location.origin}${path()}`, form,
    element("div", { class: "controls" }, pause, link), panel.node);
  frame.showCommand();

  async function begin() {
    ask.disabled = true;
    try {
      read((await post(example.path, { question: question.value })).id);
    } catch (error) {
      show("error", error.message);
    }
    ask.disabled = false;
  }

  /** From its first word, however far it has come. */
  function read(answer) {
    id = answer;
    asked.textContent = text.textContent = "";
    count = 0;
    link.href = `/?${new URLSearchParams({ answer: id })}#example-${example.id}`;
    pause.hidden = link.hidden = false;
    isReading = true;
    show("connecting");
    stream.join(path());
    frame.showCommand();
  }

  function toggle() {
    isReading = !isReading;
    if (isReading) {
      show("connecting");
      stream.open();
    } else {
      stream.cut();
      show("stopped", "Paused: it goes on without you");
    }
  }

  function hear({ name, data }) {
    const below = page.scrollHeight - page.scrollTop - page.clientHeight;
    if (name === "word") {
      text.append(String(data));
      count++;
    } else if (name === "question") asked.textContent = data;
    else text.append(`\n[${name}: ${JSON.stringify(data)}]\n`);
    if (below < 40) page.scrollTop = page.scrollHeight;
    words.dataset.words = count;
    words.textContent = `${count} words`;
    position.textContent = stream.position;
  }

  function over(state, what) {
    isReading = false;
    pause.hidden = true;
    show(state, what);
  }

  function show(state, what) {
    panel.show(state, what);
    pause.textContent = isReading ? "Pause" : "Resume";
  }

  const shared = new URLSearchParams(location.search).get("answer");
  if (shared) read(shared);
  return frame.node;
}
