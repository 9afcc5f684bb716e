import { Live, type LiveOptions } from './live'
import { Outbox, type Kept, type OutboxOptions } from './outbox'
import type { Signal, SourceFactory } from './signal'

/** What a socket can be told. */
export interface SocketOptions extends LiveOptions {
  /** Subprotocols to offer besides `millrace.v1`. Default none. */
  protocols?: string[] | undefined
  /**
   * Keeps what is sent until the server has acknowledged it, and sends it again after a reconnect, so that each message
   * reaches the handler once, in order. Full, `send` throws. The server has to choose `millrace.v1`. What is not
   * acknowledged when the socket closes is lost. Default off; `true` is 100 messages and 1 MiB.
   */
  outbox?: OutboxOptions | boolean | undefined
  /** Takes the place of the global WebSocket. */
  WebSocket?: typeof WebSocket | undefined
}

/**
 * A WebSocket that comes back by itself, and goes on where it was. Made by {@link socket}.
 *
 * A browser does not let a page stop reading a WebSocket, so listeners have to keep up.
 */
export class Socket<Messages extends object = Record<string, any>> extends Live<Messages> {
  private declare _outbox: Outbox | undefined

  constructor(url: string | URL, options: SocketOptions, factory: SourceFactory) {
    super(url, { ...options, outbox: !!options.outbox } as LiveOptions, factory)
    if (options.outbox) this._outbox = new Outbox(options.outbox === true ? {} : options.outbox)
  }

  /** Messages of the outbox that the server has not acknowledged. */
  get pending(): number {
    return this._outbox?._length ?? 0
  }

  /**
   * Sends a message: text as it is, an ArrayBuffer or a typed array as bytes, anything else as JSON.
   *
   * @returns with an outbox, the name under which it will be acknowledged by an `ack` event
   * @throws Error if the socket is not open and there is no outbox, or it is closed, or the outbox is full
   * @throws TypeError if it cannot be written as JSON, or is a Blob
   */
  send(data: unknown): string | undefined {
    const message = write(data)
    const { state, _outbox: outbox } = this
    if (state === 'closed' || (state !== 'open' && !outbox)) {
      throw new Error(`send: the socket is ${state} (expected: open, or an outbox)`)
    }
    const id = outbox?._add(message)
    this._source.send!(message, id)
    return id
  }

  /**
   * Ends it for good. `code`: 1000, or 3000 to 4999; `reason`: at most 123 bytes. Anything else is an error of the
   * browser's, and the socket stays open.
   */
  override close(code?: number, reason?: string): void {
    this._source.close(code, reason)
  }

  protected override _take(signal: Signal): void {
    if (signal.type === 'ack') {
      // Those of other tabs come, too, if the connection is shared.
      if (this._outbox?._remove(signal.id)) this._fire('ack', signal)
      return
    }
    // Before the listeners of `open` send something new.
    if (signal.type === 'state' && signal.state === 'open') {
      this._outbox?._each((id, message) => this._source.send!(message, id))
    }
    super._take(signal)
  }

}

function write(data: any): Kept {
  if (typeof data === 'string') return data
  if (ArrayBuffer.isView(data)) {
    return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer
  }
  if (data instanceof ArrayBuffer) return data.slice(0)
  const text = data instanceof Blob ? undefined : JSON.stringify(data)
  if (text === undefined) throw new TypeError(`send: ${typeof data} (expected: text, bytes, or what can be JSON)`)
  return text
}

/** The type of {@link socket}. */
export type SocketFunction = <Messages extends object = Record<string, any>>(
  url: string | URL,
  options?: SocketOptions,
) => Socket<Messages>

/** Makes `socket` out of what makes its sources. */
export const sockets =
  (factory: SourceFactory): SocketFunction =>
  (url, options = {}) =>
    new Socket(url, options, factory)
