/**
 * A browser opens six HTTP/1.1 connections to a server, all tabs together, and queues the rest silently. Two are the page's own,
 * and one is for what comes and goes. Over HTTP/2 there is no such limit.
 */
const MOST = performance.getEntriesByType("navigation")[0]?.nextHopProtocol === "http/1.1" ? 3 : 100;
const taken = new Set();

/** A place for a stream that stays open. When there are no more, whoever has had one longest is told to give it up. */
export class Place {
  #giveUp;

  /** `giveUp(why)` is to close the stream and to leave the place. */
  constructor(giveUp) {
    this.#giveUp = giveUp;
  }

  get isTaken() {
    return taken.has(this);
  }

  take() {
    this.leave();
    if (taken.size >= MOST) taken.values().next().value.#giveUp("stopped to free one of the browser’s six HTTP/1.1 connections");
    taken.add(this);
  }

  leave() {
    taken.delete(this);
  }
}
