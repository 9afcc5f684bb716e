import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { until } from "./demo.js";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Starts the server of ClientsServer.java, on ports that the system chooses: in clear text, and with TLS. */
export async function startServer() {
  const shell = command => execFileSync("bash", ["-ec", command], { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const java = shell('. config/jdk.sh; . config/build.sh; build_fast demo; printf %s "$JAVA25"');
  const process_ = spawn(java, ["--enable-native-access=ALL-UNNAMED", "-cp", "demo/target/fast/lib/*", "demo/browser/ClientsServer.java"],
    { cwd: ROOT, stdio: ["pipe", "pipe", "pipe"] });
  const lines = [];
  const log = [];
  createInterface({ input: process_.stdout }).on("line", line => lines.push(line));
  createInterface({ input: process_.stderr }).on("line", line => log.push(line));
  let ended = false;
  const exit = once(process_, "exit").then(() => { ended = true; });
  const line = pattern => until(() => {
    if (ended) throw new Error(`the server has ended:\n${log.join("\n")}`);
    return lines.map(text => pattern.exec(text)).findLast(Boolean);
  }, Boolean, { within: 60_000, what: `${pattern}` });
  const [, plain, secure] = await line(/^ports \[(\d+), (\d+)\]$/);
  return {
    ws: `ws://127.0.0.1:${plain}`,
    wss: `wss://127.0.0.1:${secure}`,
    https: `https://127.0.0.1:${secure}`,
    log,
    /** Waits until it holds no socket, stream, timer or thread any more. */
    untilIdle: () => until(async () => {
      lines.length = 0;
      process_.stdin.write("?");
      return (await line(/^left (\d+)$/))[1];
    }, left => left === "0", { what: "no socket, timer or thread" }),
    stop: async () => {
      process_.stdin.end();
      const timeout = setTimeout(() => process_.kill("SIGKILL"), 10_000);
      await exit;
      clearTimeout(timeout);
    },
  };
}
