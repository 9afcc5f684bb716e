/** The entry of millrace-worker.js: a script of its own, which the browser runs once for each name. */
import type { Locks } from './leader'
import { socketSource } from './socket-link'
import { streamSource } from './stream-link'
import { work } from './work'

const { name } = globalThis as unknown as { name: string }

work(name, new BroadcastChannel(name), navigator.locks as Locks | undefined, kind => kind === 'stream' ? streamSource : socketSource)
