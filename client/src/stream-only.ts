/**
 * Streams alone, for pages that need nothing else. `shared` is not heeded here.
 */
import { streams, type StreamFunction } from './stream'
import { streamSource } from './stream-link'

/** Opens a stream of events. See {@link Stream}. */
export const stream: StreamFunction = streams(streamSource)

export type * from './live'
export type { BackoffOptions, CloseInfo, HeaderSource, Sharing, State, TokenSource } from './signal'
export type { Stream, StreamFunction } from './stream'
