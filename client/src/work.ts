/**
 * What the SharedWorker does that holds a connection for all tabs; its name is that of the
 * connection. It listens to the hub before it, if there is one, and so can go on where that one was.
 */
import { Recent } from './recent'
import { createSeat, type Channel } from './seat'
import type { Locks } from './leader'
import type { FromHub } from './hub'
import type { SourceFactory, Kind } from './signal'

/** Begins; `name` is that of the connection. */
export function work(name: string, channel: Channel, locks: Locks | undefined, factory: (kind: Kind) => SourceFactory) {
  const recent = new Recent()
  let generation: number | undefined
  const told = (message: FromHub) => {
    if (message.op === 'hello' && !message.to) recent.reset(message.last)
    else if (generation !== message.generation) recent.reset()
    if (message.op === 'signal') recent.add(message.signal)
    generation = message.generation
  }
  createSeat({ name, where: 'worker', channel, locks, factory, recent: () => recent, told }).stand(() => {})
}
