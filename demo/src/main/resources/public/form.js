import { CardFrame, Panel } from "./card.js";
import { element } from "./dom.js";

/** What is wrong with the first order is the point of the example. */
const FIELDS = [
  { name: "item", label: "Item", value: "" },
  { name: "quantity", label: "Quantity", value: "0", inputmode: "numeric" },
  { name: "email", label: "Email", value: "ada", autocomplete: "off" },
];

/** A form; what the server does not take is told beside the field. */
export function formCard(example) {
  const panel = new Panel(example.title);
  const fields = FIELDS.map(({ name, label, value, ...attributes }) => {
    const error = element("span", { class: "field-error", id: `error-${name}`, "data-error": name });
    const input = element("input", { name, value, "aria-describedby": error.id, input: () => frame.showCommand(), ...attributes });
    return { name, input, error, node: element("label", { class: "field" }, label, input, error) };
  });
  const form = element("form", { class: "fields", novalidate: true, submit: event => {
    event.preventDefault();
    send();
  } }, ...fields.map(({ node }) => node), element("button", { type: "submit", class: "run", "data-run": true }, "Order"));
  const frame = new CardFrame(example, () => `curl --json '${document().replaceAll("'", "'\\''")}' ${location.origin}${example.path}`, form, panel.node);
  frame.showCommand();

  /** A number is sent as one if it is one; the server says what it thinks of anything else. */
  function document() {
    return JSON.stringify(Object.fromEntries(fields.map(({ name, input }) =>
      [name, name === "quantity" && /^-?\d+$/.test(input.value) ? Number(input.value) : input.value])));
  }

  async function send() {
    panel.begin();
    panel.show("connecting", "Sending…");
    panel.note(`POST ${example.path}\n${document()}`);
    try {
      const response = await fetch(example.path, { method: "POST", body: document(), headers: { "Content-Type": "application/json", Accept: "application/json" } });
      const text = await response.text();
      panel.answer(response, ["Content-Type"], pretty(text));
      const errors = response.ok ? [] : JSON.parse(text).errors ?? [];
      mark(errors);
      if (response.ok) panel.show("ended", "Taken");
      else panel.show("error", errors.length === 1 ? "One field does not fit" : `${errors.length} fields do not fit`);
    } catch (error) {
      panel.note(error.message);
      panel.show("error");
    }
  }

  function mark(errors) {
    for (const { name, input, error } of fields) {
      const found = errors.find(({ field }) => field === name);
      input.setAttribute("aria-invalid", String(found !== undefined));
      error.textContent = found ? `Expected: ${found.expected}` : "";
    }
    fields.find(({ error }) => error.textContent)?.input.focus();
  }

  return frame.node;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
