import { Live, type AnyEvent, type StreamOptions } from './live'
import type { SourceFactory } from './signal'

/**
 * A stream of events that comes back by itself, and goes on where it was. Made by {@link stream}.
 *
 * Listeners hear events as they come. An iteration is given them one at a time: what it has not taken yet waits, and
 * while `buffer` events do, the stream does not read, for its listeners, too. So nothing is dropped, and the server
 * feels a slow reader once the browser's own buffers are full, which in Chromium takes tens of megabytes. What was
 * read with the same piece still comes.
 *
 * An iteration begins with its first step, ends when the stream is closed or completed, and throws, with the `reason`
 * as `cause`, when the stream has failed.
 */
export class Stream<Events extends object = Record<string, any>> extends Live<Events> {
  async *[Symbol.asyncIterator](): AsyncGenerator<AnyEvent<Events>, void, undefined> {
    const queue: object[] & { _wake?: () => void } = []
    this._queues.add(queue)
    try {
      for (;;) {
        const event = queue.shift()
        this._hold()
        if (event) yield event as AnyEvent<Events>
        else if (!this._reason) await new Promise<void>(resolve => (queue._wake = resolve))
        else if (this._reason.clean) return
        else throw new Error(this._reason.message, { cause: this._reason })
      }
    } finally {
      this._queues.delete(queue)
      this._hold()
    }
  }
}

/** The type of {@link stream}. */
export type StreamFunction = <Events extends object = Record<string, any>>(
  url: string | URL,
  options?: StreamOptions,
) => Stream<Events>

/** Makes `stream` out of what makes its sources. */
export const streams =
  (factory: SourceFactory): StreamFunction =>
  (url, options = {}) =>
    new Stream(url, options, factory)
