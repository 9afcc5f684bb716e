/**
 * What a connection tells, and what it can be told: the seam between a connection and those who use
 * it. A Signal can be structured-cloned, so that one which was made in another tab or in a worker is
 * the same as one of this page.
 */

/** What a connection carries: a stream of events over fetch, or a WebSocket. */
export type Kind = 'stream' | 'socket'

/**
 * - `connecting`: an attempt is being made.
 * - `open`: the server has accepted; events come.
 * - `waiting`: it was lost or refused, the next attempt comes by itself.
 * - `paused`: it was let go until the page is seen again (`whenHidden: 'pause'`).
 * - `closed`: for good.
 */
export type State = 'connecting' | 'open' | 'waiting' | 'paused' | 'closed'

/** Who holds the connection: a SharedWorker, an elected tab, or this object alone. */
export type Sharing = 'worker' | 'leader' | 'none'

/** Why a connection is not there, or not any more. */
export interface CloseInfo {
  /** The close code of a WebSocket. */
  code?: number | undefined
  /** The status of a response. */
  status?: number | undefined
  /** A sentence: what happened, the offending value, what was expected. */
  message: string
  /** True if no further attempt is made. */
  terminal: boolean
  /** True if it is no failure: the server has completed (204, 1000), or this page has closed it. */
  clean?: boolean
}

/** One step of a connection. Signals come in order, and none after the state `closed`. */
export type Signal =
  /** `delay`: milliseconds until the next attempt, with `waiting`. */
  | { type: 'state'; state: State; reason?: CloseInfo | undefined; delay?: number | undefined }
  /**
   * An event. `data` is text, or an ArrayBuffer of a binary message, or with `json: true` the value that
   * stood in an envelope. `id` is the position after it, when the server has told one.
   */
  | { type: 'message'; event: string; data: unknown; json?: true | undefined; id?: string | undefined }
  /** The position, told without an event. An empty one takes it back. */
  | { type: 'position'; id: string }
  /** Some events are lost, by the server's word. `data`: `{from, to, reason}` as JSON text, or with `json` as a value. */
  | { type: 'gap'; event?: string; data: unknown; json?: true | undefined; id?: string | undefined }
  /** The server has this message of the outbox. */
  | { type: 'ack'; id: string }

/** Takes the signals of a source. */
export type Emit = (signal: Signal) => void

/** A connection that comes back by itself, or a door to one in another tab. */
export interface Source {
  /** Begins. Called once, before anything else. */
  open(): void
  /**
   * Sends, if the state is `open`; otherwise what is sent is thrown away: the caller looks at the state first.
   * With `ack` it is acknowledged by a signal, and may be sent again under the same name.
   * `data`: text, or bytes.
   */
  send?(data: string | ArrayBuffer, ack?: string): void
  /**
   * Something has changed: a wait for the next attempt ends at once.
   *
   * @param away milliseconds for which the page was frozen, asleep or offline. After more than 30,000 an open
   *     connection is not trusted and made anew
   */
  check(away: number): void
  /** Lets the connection go until `resume`. */
  pause(): void
  /** Ends `pause`. */
  resume(): void
  /**
   * Stops reading (true) and goes on (false); the connection stays. What was read already still comes. Said as often
   * as it pleases the caller.
   */
  hold?(on: boolean): void
  /** Ends it for good, with one last signal. `code` and `reason` are those of a WebSocket. */
  close(code?: number, reason?: string): void
  /** Who holds the connection; absent is `none`. */
  readonly sharing?: Sharing
}

/** Makes a source; nothing happens before its `open`. */
export type SourceFactory = (url: string, options: SourceOptions, emit: Emit) => Source

/** How long to wait before another attempt: a random time between 0 and min(max, min * 2^n). */
export interface BackoffOptions {
  /** Milliseconds, the longest wait before the first attempt that follows a loss. Default 500. */
  min?: number
  /** Milliseconds, the longest wait of all. Default 30,000. */
  max?: number
  /** Milliseconds for which a connection has to be open before the next loss counts as the first. Default 5,000. */
  stableAfter?: number
}

/**
 * Gives a token.
 *
 * @param not a token that is not good enough: it was refused, or used by an earlier attempt
 */
export type TokenSource = (not?: string) => Promise<string> | string

/** Header fields, or what gives them anew for each attempt. */
export type HeaderSource =
  | Record<string, string>
  | (() => Record<string, string> | Promise<Record<string, string>>)

/** What a source is to know. All of it but the functions can be structured-cloned. */
export interface SourceOptions {
  /** The position to begin behind. */
  lastEventId?: string | undefined
  backoff?: BackoffOptions | undefined
  /** Called for each attempt, with the token of the attempt before. */
  token?: TokenSource | undefined
  /** One connection for all tabs; the links themselves do not look at it. */
  shared?: boolean | undefined
  /** Streams: header fields of the request. */
  headers?: HeaderSource | undefined
  /** Streams: whether cookies are sent, as for fetch. */
  credentials?: RequestCredentials | undefined
  /** Streams: milliseconds without a byte, after which the connection is taken for dead. Default 45,000. */
  silence?: number | undefined
  /** Streams: characters that one event may have. Default 16 Mi. */
  maxEvent?: number | undefined
  /** Streams: takes the place of the global fetch. */
  fetch?: typeof fetch | undefined
  /** Sockets: subprotocols to offer besides `millrace.v1`. */
  protocols?: string[] | undefined
  /** Sockets: messages are sent with a name and acknowledged, which the server has to support. */
  outbox?: boolean | undefined
  /** Sockets: takes the place of the global WebSocket. */
  WebSocket?: typeof WebSocket | undefined
}
