/**
 * What has come lately over a shared connection: enough to tell what a tab has had already, and to give
 * it what it has missed. At most 256 signals with 1 Mi characters or bytes are kept; of what came before
 * only the last id is known.
 */
import type { Signal } from './signal'

const MAX_SIGNALS = 256
const MAX_SIZE = 1 << 20
const POSITION = /^(.+)\.(\d+)$/

/** The position behind a signal, if it tells one. */
export const idOf = (signal: Signal): string | undefined =>
  'id' in signal && signal.type !== 'ack' ? signal.id : undefined

/** A value that stood in an envelope counts as much as its JSON text, roughly. */
function sizeOf(signal: Signal): number {
  if (signal.type !== 'message') return 0
  const { data } = signal
  return data instanceof ArrayBuffer ? data.byteLength : (typeof data === 'string' ? data : JSON.stringify(data) ?? '').length
}

/** How far `to` lies behind `from`: a number for positions of one epoch, 0 for equal ids, otherwise NaN. */
function distance(from: string, to: string): number {
  const [, epoch, number] = POSITION.exec(from) ?? []
  const [, other, later] = POSITION.exec(to) ?? []
  if (from === to) return 0
  return epoch !== undefined && epoch === other ? Number(later) - Number(number) : NaN
}

export class Recent {
  /** Where this is: the last id that came. */
  last: string | undefined
  /** The id before the first signal that is kept; absent where that is not known. */
  private base: string | undefined
  private signals: Signal[] = []
  private size = 0

  constructor(last?: string) {
    this.reset(last)
  }

  /** Forgets what came, and begins behind an id. */
  reset(last?: string) {
    this.last = this.base = last || undefined
    this.signals = []
    this.size = 0
  }

  add(signal: Signal) {
    if (signal.type === 'state' || signal.type === 'ack') return
    this.last = idOf(signal) ?? this.last
    this.signals.push(signal)
    this.size += sizeOf(signal)
    while (this.signals.length > MAX_SIGNALS || this.size > MAX_SIZE) {
      const first = this.signals.shift()!
      this.size -= sizeOf(first)
      this.base = idOf(first)
    }
  }

  /** Whether what has this id, or is told by it, has come. */
  has(id: string): boolean {
    return !!this.last && (distance(id, this.last) >= 0 || id === this.base || this.signals.some(signal => idOf(signal) === id))
  }

  /** What came behind an id, in order; undefined if that is not known any more. */
  since(id: string): Signal[] | undefined {
    for (let at = this.signals.length; at-- > 0;) {
      const own = idOf(this.signals[at]!)
      if (own !== undefined && distance(own, id) >= 0) return this.signals.slice(at + 1)
    }
    return this.base !== undefined && distance(this.base, id) >= 0 ? this.signals.slice() : undefined
  }
}
