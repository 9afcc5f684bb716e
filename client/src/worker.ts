/**
 * The entry of millrace-worker.js: a script of its own, which the browser runs once for each name. What it does lies in
 * the files that the page has loaded already.
 */
import { socketSource, streamSource } from './index'
import type { Locks } from './leader'
import { createSeat } from './shared'

const { name } = globalThis as unknown as { name: string }

createSeat({
  name,
  where: 'worker',
  channel: new BroadcastChannel(name),
  locks: navigator.locks as Locks | undefined,
  factory: kind => kind === 'stream' ? streamSource : socketSource,
  told() {},
}).stand(() => {})
