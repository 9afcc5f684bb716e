// A proxy between browser and server that cuts connections behind any byte, for tests of what clients do then.
import { once } from 'node:events'
import net from 'node:net'

/**
 * Passes bytes on to a port. `budget()` is asked at each new connection how many of the server's bytes it may carry; behind
 * the last of them it is cut, every other time by a reset. `clientBudget()` says the same of the client's bytes.
 */
export async function startProxy(port, budget, clientBudget = () => Infinity) {
  const open = new Set()
  let cuts = 0
  const server = net.createServer(client => {
    const upstream = net.connect(port, 'localhost')
    let left = budget()
    let leftOfClient = clientBudget()
    const cut = () => {
      if (!open.delete(cut)) return
      upstream.destroy()
      if (cuts++ % 2) client.resetAndDestroy()
      else client.destroy()
    }
    open.add(cut)
    for (const [from, to] of [[client, upstream], [upstream, client]]) {
      from.on('error', () => to.destroy())
      from.on('close', () => {
        open.delete(cut)
        to.destroy()
      })
    }
    client.on('end', () => upstream.end())
    client.on('data', chunk => {
      if (!open.has(cut)) return
      if (!upstream.write(chunk.subarray(0, leftOfClient))) client.pause()
      leftOfClient -= chunk.length
      if (leftOfClient <= 0) upstream.write('', cut)
    })
    upstream.on('drain', () => client.resume())
    upstream.on('data', chunk => {
      if (!open.has(cut)) return
      client.write(chunk.subarray(0, left))
      left -= chunk.length
      if (left <= 0) client.write('', cut)
    })
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  return {
    port: server.address().port,
    get cuts() { return cuts },
    cutAll: () => [...open].forEach(cut => cut()),
    stop: () => {
      [...open].forEach(cut => cut())
      server.close()
    },
  }
}

/** Numbers from 0 to 1, the same for each seed (xorshift). */
export function randomOf(seed) {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
