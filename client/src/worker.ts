/** The entry of millrace-worker.js: a script of its own, which the browser runs once for each name. */
import { createSeat } from './seat'
import type { Locks } from './leader'
import { socketSource } from './socket-link'
import { streamSource } from './stream-link'

const { name } = globalThis as unknown as { name: string }

createSeat({
  name,
  where: 'worker',
  channel: new BroadcastChannel(name),
  locks: navigator.locks as Locks | undefined,
  factory: kind => kind === 'stream' ? streamSource : socketSource,
  told() {},
}).stand(() => {})
