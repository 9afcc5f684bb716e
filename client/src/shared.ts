/**
 * One connection for all tabs of an origin (`shared: true`).
 *
 * It is held by a SharedWorker or, where there is none or its script cannot be had, by one of the tabs, which
 * they elect with Web Locks. All of them talk over a BroadcastChannel. When who holds it dies, another tab gets
 * its lock at once and goes on where the connection was. Where neither is possible (no Web Locks and no worker, as
 * in sandboxed frames and some private windows), the tab has a connection of its own.
 */
import { hold as lock, SILENCE, type Locks } from './leader'
import { createRemote, type Remote } from './remote'
import { createSeat, type Channel, type Seat } from './seat'
import { Recent } from './recent'
import { nameOf, wantedOf } from './wanted'
import type { FromHub, Question } from './messages'
import type { Emit, Kind, Sharing, Signal, Source, SourceFactory, SourceOptions } from './signal'

/** For millrace-worker.js. */
export { createSeat }

/** Milliseconds in which a worker must have said something; otherwise a tab leads. */
const WORKER = 3000
/** Milliseconds between two signs of life where there are no locks. */
const PING = 10_000
/** Milliseconds for which a tab that has closed with a code still counts as alive. */
const GOODBYE = 1000

/** What is used of the browser. */
export interface Surroundings {
  locks: Locks | undefined
  channel(name: string): Channel
  /** Starts the worker of this name, or finds it. Throws if there can be none. */
  worker(name: string): { onerror: ((event: any) => void) | null } | undefined
  /** Hears `pagehide` and `pageshow`. */
  page: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>
}

const browser = (): Surroundings => ({
  locks: globalThis.navigator?.locks as Locks | undefined,
  channel: name => new BroadcastChannel(name),
  worker: name => new SharedWorker(new URL('./millrace-worker.js', import.meta.url), { type: 'module', name }),
  page: globalThis as unknown as EventTarget,
})

/**
 * A connection that is shared by all tabs of this origin that want the same: kind, URL, header fields,
 * credentials, subprotocols and outbox. Callbacks for tokens and header fields are asked in a tab that lives;
 * different functions do not keep tabs apart, so let the URL or a header field do that where users differ. The
 * other options are those of the first tab.
 *
 * - A tab that comes late is told the state, the position and who is present, and hears what comes from then on. With
 *   a `lastEventId` it first gets what came since, if that is among the last 256 messages with 1 Mi characters;
 *   otherwise a gap with the reason `expired`.
 * - A tab that does not read (`hold`) misses nothing within the same limits. When no tab reads, the server feels it.
 * - The connection is paused when all its tabs are, and closed with the last.
 * - At most 1,000 tabs share one; further ones have their own.
 *
 * @param make makes a connection of this kind, for when this tab is the one to hold it
 */
export function sharedSource(
  kind: Kind, url: string, options: SourceOptions, emit: Emit, make: SourceFactory, around = browser(),
): Source {
  const wanted = wantedOf(kind, url, options)
  const name = nameOf(wanted)
  const recent = new Recent(options.lastEventId)
  let locks = around.locks
  let sharing: Sharing = 'none'
  let paused = false
  let held = false
  let closed = false
  let session: Session | undefined
  /** The connection of its own, where nothing can be shared. */
  let own: Source | undefined

  interface Session {
    me: string
    seat: Seat
    remote: Remote
    stop(code?: number, reason?: string): void
  }

  const tell = (signal: Signal) => {
    if (closed) return
    if (signal.type === 'state' && signal.state === 'closed') end()
    emit(signal)
  }

  const alone = () => {
    end()
    closed = false
    sharing = 'none'
    own = make(url, { ...options, lastEventId: recent.last }, tell)
    own.open()
    if (paused) own.pause()
    if (held) own.hold?.(true)
  }

  const start = () => {
    const me = Math.random().toString(36).slice(2)
    let channel: Channel
    try {
      channel = around.channel(name)
    } catch {
      return alone()
    }
    let heard: number | undefined
    let begun = false

    const answer = async (question: number, what: Question, not: string | undefined) => {
      const reply = { op: 'answer', from: me, question } as const
      const callback = options[what] as (not?: string) => unknown
      try {
        seat.post({ ...reply, value: await callback(not) })
      } catch (error) {
        seat.post({ ...reply, error: String((error as Error)?.message ?? error) })
      }
    }

    const told = (message: FromHub) => {
      if (!begun || (message.to && message.to !== me)) return
      if (heard === undefined) {
        clearTimeout(late)
        if (locks) seat.stand(() => {})
      }
      heard = Date.now()
      if (message.op === 'ask') answer(message.question, message.what, message.not)
      else if (message.op === 'full') alone()
      else if (message.op !== 'pong') {
        if (message.op === 'welcome') sharing = message.where
        remote.receive(message)
      }
    }

    const seat = createSeat({ name, where: 'leader', channel, locks, factory: () => make, told })
    const remote = createRemote({ me, wanted, recent, post: seat.post, emit: tell })
    let late: ReturnType<typeof setTimeout> | undefined
    let ping: ReturnType<typeof setInterval> | undefined

    /** There is no worker: a tab leads, if one can be chosen. */
    const failed = () => {
      if (heard !== undefined || session?.me !== me) return
      clearTimeout(late)
      if (locks) seat.stand(alone)
      else alone()
    }

    const begin = () => {
      begun = true
      remote.join()
      late = setTimeout(failed, WORKER)
      try {
        around.worker(name)!.onerror = failed
      } catch {
        failed()
      }
      if (!locks) {
        ping = setInterval(() => {
          if (Date.now() - (heard ?? 0) > SILENCE) restart()
          else seat.post({ op: 'ping', from: me })
        }, PING)
      }
    }

    let release = () => {}
    session = {
      me, seat, remote,
      stop(code, reason) {
        seat.post({ op: 'bye', from: me, code, reason })
        clearTimeout(late)
        clearInterval(ping)
        begun = false
        seat.stop()
        // The hub may see the lock before it hears the code.
        if (code === undefined) release()
        else setTimeout(release, GOODBYE)
      },
    }
    if (paused) remote.pause(true)
    if (held) remote.hold(true)
    if (!locks) begin()
    else {
      release = lock(locks, `${name} ${me}`, begin, () => {
        locks = undefined
        restart()
      })
    }
  }

  const leave = (code?: number, reason?: string) => {
    const ended = session
    session = undefined
    ended?.stop(code, reason)
  }

  const restart = () => {
    leave()
    start()
  }

  // A page that is kept for the way back must let go of locks and channels; one that goes says goodbye.
  const hide = () => leave()
  const show = (event: Event) => {
    if ((event as PageTransitionEvent).persisted && !session && !own) start()
  }

  const end = (code?: number, reason?: string) => {
    closed = true
    around.page.removeEventListener('pagehide', hide)
    around.page.removeEventListener('pageshow', show)
    leave(code, reason)
  }

  return {
    get sharing() {
      return sharing
    },
    open() {
      around.page.addEventListener('pagehide', hide)
      around.page.addEventListener('pageshow', show)
      emit({ type: 'state', state: 'connecting' })
      start()
    },
    send(data, ack) {
      if (own) own.send?.(data, ack)
      else session?.seat.post({ op: 'send', from: session.me, data, ack })
    },
    check(away) {
      if (own) own.check(away)
      else session?.seat.post({ op: 'check', from: session.me, away })
    },
    pause() {
      paused = true
      if (own) own.pause()
      else session?.remote.pause(true)
    },
    resume() {
      paused = false
      if (own) own.resume()
      else session?.remote.pause(false)
    },
    hold(on) {
      held = on
      if (own) own.hold?.(on)
      else session?.remote.hold(on)
    },
    close(code, reason) {
      if (own) return own.close(code, reason)
      if (closed) return
      end(code, reason)
      const info = { message: reason || 'closed by this page', terminal: true, clean: true }
      emit({ type: 'state', state: 'closed', reason: code === undefined ? info : { ...info, code } })
    },
  }
}
