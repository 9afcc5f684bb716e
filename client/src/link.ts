import { backoff } from './backoff'
import type { CloseInfo, Emit, Signal, Source, SourceOptions, State } from './signal'

/** Milliseconds away after which an open connection is not trusted. */
const TRUSTED = 30_000

/** What an attempt emits when the server has accepted. */
export const OPEN: Signal = { type: 'state', state: 'open' }

/** One connection that is being made, or is there. What it tells after its end is not heard. */
export interface Attempt {
  /** Bytes have come. Resolves when they may be given on; undefined if they may now. */
  _alive(): Promise<void> | undefined
  /** Something came, in order: first {@link OPEN}, when the server has accepted. */
  _emit: Emit
  /** The server's wish for the time before any next attempt, in milliseconds. */
  _retry(milliseconds: number): void
  /** The server's word for the next attempt alone, in milliseconds. */
  _after?: number | undefined
  /** Set by who connects: ends it. */
  _close?(code?: number, reason?: string): void
}

/**
 * Connects once.
 *
 * @returns how it has ended, when it has; an exception is a loss, but a RangeError is the end
 */
export type Connect = (attempt: Attempt, lastEventId: string | undefined, token: string | undefined) => Promise<CloseInfo>

/**
 * A connection that comes back: what streams and sockets have in common. It makes attempts, one at a time; keeps
 * the position, the token and the time to wait; and says what it does.
 *
 * An attempt that is silent for `silence` ms before it is open is given up; with `quiet` that holds afterwards, too.
 * The status 401 ends it, unless there is a callback that can give a fresh token, once.
 *
 * ```
 * connecting -> open -> waiting -> connecting ...     any -> paused -> connecting     any -> closed
 * ```
 */
export function link(connect: Connect, url: string, options: SourceOptions, emit: Emit, quiet?: boolean): Source {
  const { token: renew, silence = 45_000, backoff: delays } = options
  let state: State | undefined
  let last = options.lastEventId
  let token: string | undefined
  let renewed = false
  let failed = 0
  let retry: number | undefined
  let openedAt: number | undefined
  let current: Attempt | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let gate: Promise<void> | undefined
  let release: () => void

  const set = (next: State, reason?: CloseInfo, delay?: number) => {
    state = next
    emit({ type: 'state', state, reason, delay })
  }

  const drop = (code?: number, reason?: string) => {
    // First, because a browser throws for a code that it does not allow.
    current?._close?.(code, reason)
    current = undefined
    clearTimeout(timer)
    if (Date.now() - openedAt! >= (delays?.stableAfter ?? 5_000)) {
      failed = 0
      renewed = false
    }
    openedAt = undefined
  }

  const lost = (reason: CloseInfo, after?: number) => {
    drop()
    if (reason.status === 401 && renew && !renewed) {
      renewed = true
      start()
    } else if (reason.terminal) set('closed', reason)
    else {
      const delay = backoff(failed++, delays, retry, after)
      timer = setTimeout(start, delay)
      set('waiting', reason, delay)
    }
  }

  const alive = () => {
    clearTimeout(timer)
    // Who has bytes and does not take them cannot tell silence from a full pipe.
    if (state !== 'open' || (quiet && !gate)) {
      timer = setTimeout(() => lost({ message: `${url}: silent for ${silence} ms`, terminal: false }), silence)
    }
    return gate
  }

  const start = async () => {
    drop()
    const attempt: Attempt = (current = {
      _alive: () => (current === attempt ? alive() : undefined),
      _emit(signal) {
        if (current !== attempt) return
        if (signal.type === 'state') {
          state = signal.state
          openedAt = Date.now()
          alive()
        } else if (signal.type !== 'ack') last = signal.id ?? last
        emit(signal)
      },
      _retry: milliseconds => (retry = milliseconds),
    })
    set('connecting')
    attempt._alive()
    let end: CloseInfo
    try {
      const fresh = await renew?.(token)
      if (current !== attempt) return
      end = await connect(attempt, last, (token = fresh))
    } catch (error) {
      end = { message: `${url}: ${error}`, terminal: error instanceof RangeError }
    }
    if (current === attempt) lost(end, attempt._after)
  }

  return {
    open: start,
    check(away) {
      if (state === 'waiting' || (current && away > TRUSTED)) start()
    },
    pause() {
      if (state === 'closed') return
      drop()
      set('paused')
    },
    resume() {
      if (state === 'paused') start()
    },
    hold(on) {
      if (on === !!gate) return
      gate = on ? new Promise(resolve => (release = resolve)) : (release() as undefined)
      // Bytes that came meanwhile have stopped the clock.
      if (!on && state === 'open') alive()
    },
    close(code, reason) {
      if (state === 'closed') return
      drop(code, reason)
      set('closed', { code, message: reason || 'closed by this page', terminal: true, clean: true })
    },
  }
}
