/** How much an outbox keeps. */
export interface OutboxOptions {
  /** Messages that are not acknowledged. Default 100. */
  limit?: number
  /** Bytes of them, two for each character of text. Default 1 MiB. */
  bytes?: number
}

/** A message of the outbox. */
export type Kept = string | ArrayBuffer

const size = (message: Kept) => (typeof message === 'string' ? message.length * 2 : message.byteLength)

/**
 * What was sent and is not acknowledged, in order. Each message has a name, `<client>.<n>`: the client is 128 random
 * bits, n counts from 1. By the name the server knows a repeat.
 */
export class Outbox {
  private _kept = new Map<string, Kept>()
  private _bytes = 0
  private _count = 0
  private _client = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
    .replace(/\W/g, char => (char === '+' ? '-' : char === '/' ? '_' : ''))

  private declare _options: OutboxOptions

  constructor(options: OutboxOptions) {
    this._options = options
  }

  /** Messages that are kept. */
  get _length(): number {
    return this._kept.size
  }

  /**
   * Keeps a message.
   *
   * @returns its name
   * @throws Error if the outbox is full; the message is not kept then
   */
  _add(message: Kept): string {
    const { limit = 100, bytes = 1 << 20 } = this._options
    const total = this._bytes + size(message)
    if (this._kept.size >= limit || total > bytes) {
      throw new Error(
        `outbox: ${this._kept.size + 1} messages, ${total} bytes (expected: at most ${limit}, ${bytes})`,
      )
    }
    this._bytes = total
    const id = `${this._client}.${++this._count}`
    this._kept.set(id, message)
    return id
  }

  /** Forgets a message; false if it is not here: that of another tab, or acknowledged already. */
  _remove(id: string): boolean {
    const message = this._kept.get(id)
    if (message) this._bytes -= size(message)
    return this._kept.delete(id)
  }

  /** Calls with each message that is kept, the oldest first. */
  _each(send: (id: string, message: Kept) => void): void {
    ;[...this._kept].forEach(([id, message]) => send(id, message))
  }
}
