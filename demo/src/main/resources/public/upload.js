import { CardFrame, Panel, STATES, action } from "./card.js";
import { element, formatBytes } from "./dom.js";

const MB = 1_000_000;
const BOUNDARY = "cut-short";

/** A place to drop a file on, and what the server says of it. */
export function uploadCard(example) {
  const progress = element("progress", { max: "1", value: "0", "aria-label": "Progress of the upload" });
  const sent = element("span", { "data-sent": "0" }, "0 B");
  const panel = new Panel(example.title, { counts: [sent], above: [progress] });
  const raw = element("input", { type: "checkbox", "data-raw": true });
  const input = element("input", { type: "file", class: "offscreen", "data-file": true, change: () => {
    if (input.files[0]) send(input.files[0]);
    input.value = ""; // so that the same file can be chosen again
  } });
  const zone = element("label", { class: "dropzone", dragover: hover, dragenter: hover, dragleave: leave, drop: event => {
    leave(event);
    if (event.dataTransfer.files[0]) send(event.dataTransfer.files[0]);
  } }, input, element("strong", {}, "Choose a file"), element("span", {}, "or drop one here"));
  const cancel = action("Cancel", () => request?.abort(), { hidden: true });
  let request;

  const frame = new CardFrame(example, () => `curl -F file=@README.md ${location.origin}${example.path}`,
    zone,
    element("div", { class: "controls" },
      action("Send 5 MB", () => send(new File([new Uint8Array(5 * MB)], "five.bin")), { "data-run": true }),
      action("Send 60 MB", () => send(new File([new Uint8Array(60 * MB)], "sixty.bin")), { "data-too-large": true }),
      action("Send a broken form", sendBroken, { "data-broken": true }),
      cancel,
      element("label", { class: "raw" }, raw, "without a form")),
    panel.node);
  frame.showCommand();

  function hover(event) {
    event.preventDefault();
    zone.classList.add("hovered");
  }

  function leave(event) {
    event.preventDefault();
    zone.classList.remove("hovered");
  }

  function send(file) {
    const size = formatBytes(file.size);
    if (raw.checked) {
      post(`${example.path}?name=${encodeURIComponent(file.name)}`, file, file.type || "application/octet-stream", `${file.name}, ${size}`);
    } else {
      const form = new FormData();
      form.append("file", file);
      post(example.path, form, undefined, `${file.name}, ${size}, in a form`);
    }
  }

  /** A form whose end is missing. */
  function sendBroken() {
    const form = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="half.txt"\r\n\r\nand then`;
    post(example.path, new Blob([form]), `multipart/form-data; boundary=${BOUNDARY}`, "a form without its end");
  }

  /** XMLHttpRequest, because fetch does not tell how far an upload has come. */
  function post(url, body, type, what) {
    request?.abort();
    const own = new XMLHttpRequest();
    request = own;
    panel.begin();
    panel.note(`POST ${url}\n${what}`);
    panel.show("connecting", "Sending…");
    progress.value = 0;
    cancel.hidden = false;
    own.upload.onprogress = ({ loaded, total }) => {
      progress.value = total ? loaded / total : 0;
      sent.dataset.sent = loaded;
      sent.textContent = `${formatBytes(loaded)} of ${formatBytes(total)}`;
      panel.show("open", `Sending · ${Math.floor((loaded / total) * 100)} %`);
    };
    own.upload.onload = () => panel.show("open", "Sent, waiting for the answer");
    own.onload = () => answered(own);
    own.onerror = () => done("error", STATES.error, "The connection broke before an answer came: perhaps the server takes no such file.");
    own.onabort = () => { if (request === own) done("stopped", STATES.stopped); };
    own.open("POST", url);
    own.setRequestHeader("Accept", "application/json");
    if (type) own.setRequestHeader("Content-Type", type);
    own.send(body);
  }

  function answered({ status, responseText }) {
    const answer = parse(responseText);
    if (status === 200) {
      panel.add({ name: "200", data: ["name", "size", "type", "sha256"].map(name => `${name}: ${answer[name]}`).join("\n") });
      done("ended", "Arrived whole");
    } else {
      panel.add({ name: String(status), failed: true, data: answer.detail ?? answer.title ?? responseText });
      done("error", status === 413 ? "Too large: up to 50 MB are taken" : `Refused · ${answer.title ?? status}`);
    }
  }

  function done(state, text, note) {
    if (note) panel.note(note);
    panel.show(state, text);
    cancel.hidden = true;
    request = undefined;
  }

  return frame.node;
}

function parse(json) {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}
