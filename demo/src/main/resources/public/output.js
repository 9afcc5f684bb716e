import { element } from "./dom.js";

const LONGEST_ENTRY = 2000; // characters shown of one entry: a file's chunk can be 64 kB

/** A log of what arrived: a bounded number of entries, drawn at most once a frame, following the newest unless scrolled up. */
export class Output {
  #scroller;
  #list;
  #limit;
  #waiting = [];
  #frame = 0;
  #following = true;
  #onFollow;

  constructor(scroller, { limit = 500, onFollow = () => {} } = {}) {
    this.#scroller = scroller;
    this.#list = scroller.querySelector("ol");
    this.#limit = limit;
    this.#onFollow = onFollow;
    scroller.addEventListener("scroll", () => {
      const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
      this.#setFollowing(below < 24);
    }, { passive: true });
  }

  add(millis, entry) {
    this.#waiting.push([millis, entry]);
    if (this.#waiting.length > this.#limit) this.#waiting.shift(); // a hidden tab gets no frames
    this.#frame ||= requestAnimationFrame(() => this.flush());
  }

  /** Draws what waits, now. */
  flush() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#list.append(...this.#waiting.map(([millis, entry]) => row(millis, entry)));
    this.#waiting = [];
    while (this.#list.childElementCount > this.#limit) this.#list.firstElementChild.remove();
    if (this.#following) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  clear() {
    this.#waiting = [];
    this.#list.replaceChildren();
    this.#setFollowing(true);
  }

  follow() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#setFollowing(true);
  }

  #setFollowing(following) {
    if (this.#following !== following) this.#onFollow(following);
    this.#following = following;
  }
}

/** `way` is the direction of a message: "in" or "out". */
export function row(millis, { data, name, failed = name === "error", id, retry, comment, note, raw, way, binary }) {
  const chips = [
    binary && element("span", { class: "chip" }, binary),
    name && element("span", { class: failed ? "chip error" : "chip name" }, name),
    id && element("span", { class: "chip" }, `id ${id}`),
    retry && element("span", { class: "chip" }, `retry ${retry} ms`),
    comment && element("span", { class: "chip" }, "comment"),
  ].filter(chip => chip);
  const shown = data?.length > LONGEST_ENTRY ? data.slice(0, LONGEST_ENTRY) : data ?? "";
  const body = element("span", { class: "data" }, ...chips, raw ? shown.replace(/\n$/, "") : shown);
  if (raw && data.endsWith("\n")) body.append(element("span", { class: "mark" }, "↵"));
  if (shown.length < data?.length) {
    body.append(element("span", { class: "mark" }, ` … and ${(data.length - shown.length).toLocaleString("en")} characters`));
  }
  const arrow = way ? [element("span", { class: `way ${way}`, "data-way": way, title: way === "in" ? "received" : "sent" }, way === "in" ? "↓" : "↑")] : [];
  return element("li", { class: note ? "note" : undefined }, element("time", {}, `+${Math.round(millis)}`), ...arrow, body);
}
