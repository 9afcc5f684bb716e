import { CardFrame, Panel, STATES, action } from "./card.js";
import { element } from "./dom.js";
import { RoomStream, post } from "./room.js";

const USERS = { ada: ["sse", "Server-Sent Events"], ben: ["ws", "WebSocket"] };

/** Two users, each with a stream of her own, and a form to notify one of them. */
export function notificationsCard(example) {
  const listeners = Object.entries(USERS).map(([user, [wire, label]]) => listenerOf(user, wire, label));
  const listen = action("Listen", toggle, { "data-run": true });
  const peek = action("Ben asks for Ada’s", refuse, { "data-peek": true });
  const to = element("select", { "data-to": true, "aria-label": "Whom to notify" }, ...Object.keys(USERS).map(user => element("option", {}, user)));
  const text = element("input", { type: "text", value: "Your flour is ready", "data-message": true, "aria-label": "Notification", maxlength: "500", autocomplete: "off" });
  const form = element("form", { class: "say", submit: event => {
    event.preventDefault();
    notify();
  } }, to, text, element("button", { type: "submit", class: "run quiet", "data-send": true }, "Notify"));
  const frame = new CardFrame(example, () => `curl -N '${location.origin}${example.path}?user=ada'`,
    element("div", { class: "controls" }, listen, peek), element("div", { class: "sides" }, ...listeners.map(({ node }) => node)), form);
  frame.node.classList.add("wide");
  frame.node.append(frame.node.querySelector(".code"));
  frame.showCommand();
  show();

  function listenerOf(user, wire, label) {
    const panel = new Panel(`Notifications for ${user}`, { counts: [user] });
    const stop = (state, why) => {
      it.isOpen = false;
      if (why) panel.note(why);
      panel.show(state);
      show();
    };
    const stream = new RoomStream(wire, ["notification"], {
      opened: () => panel.show("open", `${STATES.open} · ${label}`),
      received: ({ name, data, id }) => panel.add({ data: name === "notification" ? data.text : JSON.stringify(data), name, id }),
      lost: () => panel.show("connecting"),
      ended: why => stop("ended", why),
      failed: why => stop("error", why),
    });
    const it = { panel, isOpen: false,
      node: element("div", { class: "side", "data-user": user }, panel.node),
      open: () => {
        it.isOpen = true;
        panel.begin();
        panel.show("connecting");
        stream.join(`${example.path}?user=${user}`);
      },
      close: () => {
        stream.cut();
        stop("stopped");
      } };
    return it;
  }

  function toggle() {
    const close = listeners.some(({ isOpen }) => isOpen);
    for (const listener of listeners) {
      if (close) listener.close();
      else listener.open();
    }
    show();
  }

  function show() {
    const isOpen = listeners.some(listener => listener.isOpen);
    listen.textContent = isOpen ? "Stop" : "Listen";
    listen.classList.toggle("running", isOpen);
    listen.classList.remove("quiet");
  }

  async function notify() {
    const { panel } = listeners[to.selectedIndex];
    try {
      await post(example.path, { user: to.value, text: text.value });
    } catch (error) {
      panel.note(error.message);
    }
  }

  /** The guard answers before anything of a stream has left. */
  async function refuse() {
    const path = `${example.path}?user=ben&of=ada`;
    const { panel } = listeners[1];
    panel.note(`GET ${path}`);
    const response = await fetch(path, { headers: { Accept: "text/event-stream" }, cache: "no-store" });
    panel.answer(response, ["Content-Type"], response.ok ? "" : await response.text());
    if (response.ok) await response.body.cancel();
  }

  return frame.node;
}
