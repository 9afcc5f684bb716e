/**
 * The browser client of Millrace: streams and sockets that come back by themselves and go on where they were.
 *
 * ```ts
 * const news = stream('/news')
 * news.on('message', event => show(event.data))
 * news.on('gap', () => location.reload())
 *
 * const chat = socket('/chat/lobby', { outbox: true })
 * chat.on('message', event => show(event.data))
 * chat.send({ text: 'hello' })
 * ```
 */
import { sharedLater } from './later'
import { sockets, type SocketFunction } from './socket'
import { socketSource } from './socket-link'
import { streams, type StreamFunction } from './stream'
import { streamSource } from './stream-link'
import { tokens } from './token'
import type { Kind, SourceFactory } from './signal'

const choose =
  (kind: Kind, own: SourceFactory): SourceFactory =>
  (url, options, emit) => {
    const { token } = options
    options = { ...options, token: token && tokens(token) }
    url = new URL(url, globalThis.location?.href).href
    if (options.shared) return sharedLater(kind, url, options, emit, own)
    return own(url, options, emit)
  }

/** Opens a stream of events. See {@link Stream}. */
export const stream: StreamFunction = streams(choose('stream', streamSource))

/** Opens a WebSocket. `url` may be relative, and http or https. See {@link Socket}. */
export const socket: SocketFunction = sockets(choose('socket', socketSource))

export { tokens }
/** For millrace-worker.js. */
export { socketSource, streamSource }
export * from './get'
export * from './form'

export type * from './live'
export type { OutboxOptions } from './outbox'
export type { BackoffOptions, CloseInfo, HeaderSource, Sharing, State, TokenSource } from './signal'
export type { Socket, SocketFunction, SocketOptions } from './socket'
export type { Stream, StreamFunction } from './stream'
