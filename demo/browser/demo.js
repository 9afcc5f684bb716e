import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const ROOT = new URL("../../", import.meta.url).pathname;
const STARTED = /Millrace's demo is running: (http:\S+)(?: (https:\S+))?/;

/** Starts the demo with ./run, as a user does, on a port that the system chooses; on a second one with TLS if that is wanted. */
export async function startDemo({ tls = false } = {}) {
  const process_ = spawn("./run", [], { cwd: ROOT, env: { ...process.env, PORT: "0", TLS_PORT: tls ? "0" : "" }, stdio: ["ignore", "pipe", "pipe"] });
  const log = [];
  const ended = once(process_, "exit").then(([code, signal]) => ({ code, signal }));
  const [origin, secureOrigin] = await new Promise((resolve, reject) => {
    const fail = why => {
      clearTimeout(timeout);
      reject(new Error(`the demo did not start: ${why}\n${log.join("\n")}`));
    };
    const timeout = setTimeout(() => {
      process_.kill("SIGKILL");
      fail("60 s are over");
    }, 60_000);
    ended.then(({ code, signal }) => fail(`it ended with ${signal ?? code}`));
    for (const output of [process_.stdout, process_.stderr]) {
      createInterface({ input: output }).on("line", line => {
        log.push(line);
        const [, ...origins] = STARTED.exec(line) ?? [];
        if (origins.length > 0) {
          clearTimeout(timeout);
          resolve(origins);
        }
      });
    }
  });
  return {
    origin,
    secureOrigin,
    log,
    status: async () => (await fetch(`${origin}/status`)).json(),
    /** Asks it to end, and tells how it did. */
    stop: async () => {
      process_.kill("SIGTERM");
      const timeout = setTimeout(() => process_.kill("SIGKILL"), 20_000);
      const how = await ended;
      clearTimeout(timeout);
      return how;
    },
  };
}

/** Asks again and again until the answer is right, and returns it; fails with the last answer. */
export async function until(ask, isRight, { within = 10_000, what = "the condition" } = {}) {
  const deadline = Date.now() + within;
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`${what} did not hold within ${within} ms: ${JSON.stringify(answer)}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** Waits until the server holds nothing for its clients any more. */
export function untilIdle(demo, within = 5000) {
  return until(demo.status, ({ streams, sockets, timers, virtualThreads }) => streams + sockets + timers + virtualThreads === 0,
    { within, what: "no stream, socket, timer or thread" });
}
