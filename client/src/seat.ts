/** A place from which a shared connection may be held: each page that shares it has one, and its worker. */
import { createHub, type Hub } from './hub'
import { hold, watch, type Locks } from './leader'
import type { FromHub, ToHub } from './messages'
import { Recent } from './recent'
import type { SourceFactory, Kind } from './signal'

/** What is used of a BroadcastChannel. */
export interface Channel {
  postMessage(message: unknown): void
  onmessage: ((event: MessageEvent) => void) | null
  close(): void
}

export interface SeatOptions {
  /** Of the channel, and of the lock that the hub has. */
  name: string
  where: 'worker' | 'leader'
  channel: Channel
  locks: Locks | undefined
  factory(kind: Kind): SourceFactory
  /** What a hub says, this one or another. */
  told(message: FromHub): void
}

export interface Seat {
  /** To the hub, wherever it is. */
  post(message: ToHub): void
  /** Waits in line to be the hub; where there are no locks, becomes it at once. Once only. */
  stand(failed: () => void): void
  stop(): void
}

export function createSeat({ name, where, channel, locks, factory, told }: SeatOptions): Seat {
  // What the hub has told to all: where this goes on, should it become the hub.
  const recent = new Recent()
  let generation = 0
  let hub: Hub | undefined
  let leave: (() => void) | undefined
  let stopped = false

  const observe = (message: FromHub) => {
    if (message.op === 'signal') {
      if (message.generation !== generation) recent.reset()
      recent.add(message.signal)
    } else if ('last' in message && message.last !== recent.last) recent.reset(message.last) // it began anew
  }

  const tell = (message: FromHub) => {
    if (message.generation < generation) return // of one that is dead
    if (!hub) observe(message)
    generation = message.generation
    told(message)
  }

  const start = () => {
    // A time, so that it is later than those of hubs that this has never heard.
    generation = Math.max(Date.now(), generation + 1)
    hub = createHub({
      generation,
      where,
      recent,
      post(message) {
        if (stopped) return
        channel.postMessage(message)
        tell(message) // a channel does not tell itself
      },
      make: (kind, url, options, emit) => factory(kind)(url, options, emit),
      watch: (tab, dead) => watch(locks, `${name} ${tab}`, dead),
    })
    hub.hello()
  }

  channel.onmessage = ({ data }) => {
    if ('from' in data) hub?.receive(data)
    else tell(data)
  }

  return {
    post(message) {
      if (stopped) return
      if (hub) hub.receive(message)
      else channel.postMessage(message)
    },
    stand(failed) {
      if (leave) return
      leave = () => {}
      if (locks) leave = hold(locks, name, start, failed)
      else start()
    },
    stop() {
      stopped = true
      channel.onmessage = null
      hub?.stop()
      leave?.()
      channel.close()
    },
  }
}
