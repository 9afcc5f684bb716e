/**
 * One tab's end of a shared connection: says that it is there, and makes of what the hub tells the signals
 * of an own connection. Whoever the hub is, and whenever it moves, each message comes once and in order, or
 * there is a gap that says so.
 */
import type { FromHub, ToHub, Wanted } from './messages'
import { idOf, type Recent } from './recent'
import type { Emit, Signal } from './signal'

/** What an end has around it. */
export interface Ends {
  me: string
  wanted: Wanted
  /** What this tab has had; also the position at which it begins. */
  recent: Recent
  post(message: ToHub): void
  emit: Emit
}

export interface Remote {
  receive(message: FromHub & { op: 'hello' | 'welcome' | 'signal' }): void
  join(): void
  pause(on: boolean): void
  /** Takes nothing (true), until it goes on (false) with what it has missed, or a gap. */
  hold(on: boolean): void
}

export function createRemote({ me, wanted, recent, post, emit }: Ends): Remote {
  let joined = false
  let turn = 0
  let held = false
  let paused = false
  let state = 'connecting'
  // The hub is behind this tab: what comes first has been had.
  let skipping = false

  const join = () => {
    joined = false
    post({ op: 'join', from: me, turn: ++turn, wanted, last: recent.last, paused, held })
  }

  const rest = (paused: boolean, held: boolean) => post({ op: 'rest', from: me, paused, held })

  const give = (signal: Signal) => {
    recent.add(signal)
    // A tab that comes back to a connection that has never been away is not told so.
    if (signal.type === 'state') {
      if (signal.state === state && state !== 'waiting') return
      state = signal.state
    }
    emit(signal)
  }

  const accept = (signal: Signal) => {
    const id = idOf(signal)
    if (skipping && id !== undefined) {
      if (recent.has(id)) return
      skipping = false
    }
    give(signal)
  }

  const welcome = ({ state, last, missed, there }: FromHub & { op: 'welcome' }) => {
    const own = recent.last
    joined = true
    skipping = !!own && !!last && own !== last && recent.has(last)
    give(state)
    if (!own) {
      if (last) give({ type: 'position', id: last })
    } else if (missed) missed.forEach(give)
    else if (!skipping) {
      recent.reset()
      give({ type: 'gap', data: JSON.stringify({ from: own, to: last ?? '', reason: 'expired' }) })
      if (last) give({ type: 'position', id: last })
    }
    if (there) give(there)
  }

  return {
    receive(message) {
      if (held) return
      if (message.op === 'hello') {
        // What was sent last may have gone down with the hub before.
        give({ type: 'state', state: 'connecting' })
        join()
      }
      else if (message.op === 'welcome') {
        // An earlier one is for where this was then.
        if (message.turn === turn) welcome(message)
      } else if (joined) accept(message.signal)
    },
    join,
    pause(on) {
      if (paused !== on) rest((paused = on), held)
    },
    hold(on) {
      if (held === on) return
      rest(paused, (held = on))
      if (!on) join()
    },
  }
}
