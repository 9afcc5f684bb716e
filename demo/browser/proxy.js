// A proxy between a client and the demo that cuts connections, for tests of what clients do then.
import { once } from "node:events";
import net from "node:net";

/**
 * Passes bytes on to a port. `budget()` is asked at each new connection how many of the server's bytes it may carry; behind the last of
 * them it is cut: in the middle of an event, or of a frame, as it happens, and every other time by a reset.
 */
export async function startProxy(port, budget) {
  const open = new Set();
  let cuts = 0;
  const server = net.createServer(client => {
    const upstream = net.connect(port, "localhost");
    let left = budget();
    const pair = { cut() {
      if (!open.delete(pair)) return;
      upstream.destroy();
      if (cuts++ % 2 === 0) client.destroy();
      else client.resetAndDestroy();
    } };
    open.add(pair);
    for (const [from, to] of [[client, upstream], [upstream, client]]) {
      from.on("error", () => to.destroy());
      from.on("close", () => {
        open.delete(pair);
        to.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on("data", chunk => {
      if (!open.has(pair)) return;
      if (chunk.length < left) {
        left -= chunk.length;
        client.write(chunk);
      } else {
        upstream.pause();
        client.write(chunk.subarray(0, left), () => pair.cut());
      }
    });
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  return {
    port: server.address().port,
    get cuts() { return cuts; },
    cutAll: () => [...open].forEach(pair => pair.cut()),
    stop: () => {
      [...open].forEach(pair => pair.cut());
      server.close();
    },
  };
}

/** Numbers from 0 to 1, the same for each seed (xorshift). */
export function randomOf(seed) {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
