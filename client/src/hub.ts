/**
 * The one connection of many tabs, wherever it is held: in a SharedWorker or in the tab that leads. It
 * counts the tabs, tells each what comes, and gives to one that is late, or comes back, the state, the
 * position and what it has missed.
 *
 * All messages go over one BroadcastChannel, which is the same for both places. So the hub may move while
 * tabs live: each hub has a generation, a number greater than that of the one before, and what an earlier
 * one still says is not listened to any more.
 */
import type { Watch } from './leader'
import type { FromHub, Question, ToHub, Wanted } from './messages'
import { present } from './present'
import type { Recent } from './recent'
import type { Emit, Kind, Signal, Source, SourceOptions } from './signal'

/** Tabs of one connection; who comes when there are as many has a connection of its own. */
export const MAX_TABS = 1000
/** Milliseconds for which a tab is waited for that has been asked for a token; then another one is asked. */
const ANSWER = 10_000
/** Tabs that are asked, one after the other. */
const MAX_ASKED = 3
/** Milliseconds within which the checks of tabs that wake up together are one. */
const TOGETHER = 5000
/** Milliseconds for which a new hub keeps its predecessor's position for tabs that have not come yet. */
const ADOPTION = 5000

type Without<T> = T extends unknown ? Omit<T, 'generation'> : never

/** What a hub has around it. */
export interface Surroundings {
  generation: number
  where: 'worker' | 'leader'
  /** Where this hub goes on: what has come so far. It belongs to the hub from now on. */
  recent: Recent
  post(message: FromHub): void
  make(kind: Kind, url: string, options: SourceOptions, emit: Emit): Source
  watch(tab: string, dead: () => void): Watch
}

export interface Hub {
  /** Tells all tabs that they have a hub; the first thing to be called. */
  hello(): void
  receive(message: ToHub): void
  /** Closes the connection, for all tabs. */
  stop(): void
}

interface Tab {
  paused: boolean
  held: boolean
  watch: Watch
}

type Answer = { value?: unknown; error?: string } | undefined

const CONNECTING: Signal = { type: 'state', state: 'connecting' }

export function createHub({ generation, where, recent, post, make, watch }: Surroundings): Hub {
  const tabs = new Map<string, Tab>()
  const questions = new Map<number, { tab: string; answer: (answer: Answer) => void }>()
  let asked = 0
  let source: Source | undefined
  let paused = false
  let state: Signal = CONNECTING
  let there: ReturnType<typeof present>
  let heard = 0
  let checked = 0
  let adopting = true

  const say = (message: Without<FromHub>) => post({ ...message, generation } as FromHub)

  const end = (code?: number, reason?: string) => {
    const ended = source
    source = undefined // what it says from now on is heard by nobody
    paused = false
    state = CONNECTING
    there = undefined
    try {
      ended?.close(code, reason)
    } catch {
      ended!.close() // a code that browsers do not send
    }
  }

  /** Nobody is left: who comes next begins anew, unless tabs of the hub before are still on their way. */
  const empty = (code?: number, reason?: string, forget = !adopting) => {
    for (const tab of tabs.values()) tab.watch.stop()
    tabs.clear()
    end(code, reason)
    if (forget) recent.reset()
  }

  /** Pauses, or stops reading, when all tabs do. */
  const rest = () => {
    const all = (what: 'paused' | 'held') => [...tabs.values()].every(tab => tab[what])
    source?.hold?.(all('held'))
    if (!source || all('paused') === paused) return
    paused = !paused
    if (paused) source.pause()
    else source.resume()
  }

  const leave = (name: string, code?: number, reason?: string) => {
    const tab = tabs.get(name)
    if (!tab) return
    tab.watch.stop()
    tabs.delete(name)
    for (const question of questions.values()) if (question.tab === name) question.answer(undefined)
    if (tabs.size) rest()
    else empty(code, reason)
  }

  /** Asks a living tab; another one if it dies or says nothing. */
  const ask = async (what: Question, not?: string) => {
    for (const tab of [...tabs.keys()].slice(0, MAX_ASKED)) {
      if (!tabs.has(tab)) continue
      const question = ++asked
      const answer = await new Promise<Answer>(resolve => {
        const timer = setTimeout(resolve, ANSWER)
        questions.set(question, { tab, answer: given => {
          clearTimeout(timer)
          resolve(given)
        } })
        say({ op: 'ask', to: tab, question, what, not })
      })
      questions.delete(question)
      if (answer?.error !== undefined) throw new Error(answer.error)
      if (answer) return answer.value
    }
    throw new Error(`${what}: none of the tabs that share this connection has answered within ${ANSWER} ms`)
  }

  const tell = (signal: Signal) => {
    if (signal.type === 'state') state = signal
    there = present(there, signal)
    recent.add(signal)
    say({ op: 'signal', signal })
    // Each tab has been told and has left by that; one that comes may have better luck.
    if (signal.type === 'state' && signal.state === 'closed') empty(undefined, undefined, true)
  }

  const open = ({ kind, url, options, asks }: Wanted) => {
    const all: SourceOptions = { ...options, lastEventId: recent.last }
    if (asks.includes('token')) all.token = not => ask('token', not) as Promise<string>
    if (asks.includes('headers')) all.headers = () => ask('headers') as Promise<Record<string, string>>
    const own: Source = source = make(kind, url, all, signal => {
      if (source !== own) return
      heard = Date.now()
      tell(signal)
    })
    own.open()
  }

  const join = ({ from, turn, wanted, last, paused, held }: ToHub & { op: 'join' }) => {
    let tab = tabs.get(from)
    if (!tab) {
      if (tabs.size >= MAX_TABS) {
        say({ op: 'full', to: from })
        return
      }
      tab = { paused, held, watch: watch(from, () => leave(from)) }
      tabs.set(from, tab)
    }
    Object.assign(tab, { paused, held })
    // The first tab may be behind where the hub before was, and others drop what they have had. Later ones may be the first
    // that know a position: then nothing has come that others would get twice.
    if (last && (source ? !recent.last : !recent.since(last))) {
      recent.reset(last)
      end()
    }
    if (!source) open(wanted)
    rest()
    if (source) {
      say({ op: 'welcome', to: from, turn, where, state, last: recent.last, missed: last ? recent.since(last) : [], there })
    }
  }

  /**
   * A tab that was frozen says little about a connection that is held elsewhere: it is not trusted only if it has been
   * silent for as long. Of many tabs that wake up, or are online again, one makes it anew.
   */
  const check = (away: number) => {
    const now = Date.now()
    if (now - checked < TOGETHER) away = 0
    else if (away < Infinity) away = Math.min(away, now - heard)
    if (away) checked = now
    source?.check(away)
  }

  const receive = (message: ToHub) => {
    const tab = tabs.get(message.from)
    tab?.watch.seen()
    if (message.op === 'join') join(message)
    else if (message.op === 'bye') leave(message.from, message.code, message.reason)
    else if (!tab) say({ op: 'hello', to: message.from, last: recent.last }) // taken for dead too early
    else if (message.op === 'send') source?.send?.(message.data, message.ack)
    else if (message.op === 'check') check(message.away)
    else if (message.op === 'rest') {
      Object.assign(tab, { paused: message.paused, held: message.held })
      rest()
    } else if (message.op === 'answer') questions.get(message.question)?.answer(message)
    else say({ op: 'pong', to: message.from })
  }

  const adoption = setTimeout(() => {
    adopting = false
    if (!tabs.size) empty()
  }, ADOPTION)

  return {
    hello: () => say({ op: 'hello', last: recent.last }),
    receive,
    stop() {
      clearTimeout(adoption)
      empty()
    },
  }
}
