import { life } from './life'
import type { CloseInfo, HeaderSource, Sharing, Signal, Source, SourceFactory, SourceOptions, State } from './signal'

/** An event of the server. */
export interface LiveEvent<Type extends string = string, Data = unknown> {
  /** The event's name; `message` if the server gave none. */
  type: Type
  /** What `parse` made of it. */
  data: Data
  /** The position after it; empty if the server has told none. */
  lastEventId: string
}

/** Events are missing: read the state anew. What follows is behind `to`. */
export interface Gap {
  /** The position that was asked for. */
  from: string
  /** Everything up to here is missing or unknown. */
  to: string
  /** `expired`, `epoch`, `future`, `malformed`, or what a later server says. */
  reason: string
}

/** The events that tell of the connection itself. */
export interface LifeEvents {
  /** The server has accepted, for the first time or again. */
  open: { type: 'open' }
  /** Another attempt is being made: after a wait or a pause, or because an open connection was not trusted any more. */
  connecting: { type: 'connecting' }
  /** It was let go until the page is seen again. */
  paused: { type: 'paused' }
  /** The connection was lost, or an attempt has failed. `delay`: milliseconds until the next. */
  reconnecting: { type: 'reconnecting'; delay: number; reason: CloseInfo }
  /** It has ended for good. The last event. */
  close: { type: 'close'; reason: CloseInfo }
  /**
   * Either an `error` event of the server, with `data`; or data that `parse` refused, with `error` and the text as
   * `data`; or, right before `close`, the failure that ends the connection, as `reason`.
   */
  error: { type: 'error'; data?: unknown; error?: unknown; reason?: CloseInfo; lastEventId: string }
  /** Events are missing. */
  gap: LiveEvent<'gap', Gap>
  /** The server has given this message of the outbox to its handler. */
  ack: { type: 'ack'; id: string }
}

/** The event that a listener of this name is given. */
export type EventOf<Events extends object, Name> = Name extends keyof LifeEvents
  ? LifeEvents[Name]
  : Name extends keyof Events & string
    ? LiveEvent<Name, Events[Name]>
    : never

/** Any event of the server that iteration gives. */
export type AnyEvent<Events extends object> =
  | { [Name in keyof Events & string]: LiveEvent<Name, Events[Name]> }[keyof Events & string]
  | LifeEvents['gap']

/**
 * How text becomes data. `auto`: JSON if it is JSON, otherwise the text as it is, so that the text `42` is a number.
 * `json`: JSON, and anything else, bytes too, is an `error` event. `text`: as it is. A function is given the event's
 * name and its text, or bytes, or the value that stood in an envelope of a WebSocket, and may throw. A value of an
 * envelope is not parsed otherwise.
 */
export type Parse = 'auto' | 'json' | 'text' | ((data: any, event: string) => unknown)

/** What streams and sockets can be told alike. */
export interface LiveOptions {
  /** The position to begin behind. Default: none, the server decides. */
  lastEventId?: string | undefined
  /** Waits between attempts. Default: up to 0.5 s, doubled each time, up to 30 s. */
  backoff?: SourceOptions['backoff']
  /**
   * Gives the token for the next attempt. What it gives is kept for all who pass the same function, until an attempt
   * fails or the token is refused. A failure of the function counts as a failed attempt.
   */
  token?: ((not?: string) => string | Promise<string>) | undefined
  /** How text becomes data. Default `auto`. */
  parse?: Parse | undefined
  /** One connection for all tabs of this origin with the same URL. Default false. */
  shared?: boolean | undefined
  /** `pause` lets the connection go while the page is hidden, and resumes it afterwards. Default `keep`. */
  whenHidden?: 'keep' | 'pause' | undefined
  /** Closes it when aborted. */
  signal?: AbortSignal | undefined
}

/** What a stream can be told. */
export interface StreamOptions extends LiveOptions {
  /** Header fields of the request, or what gives them anew for each attempt. */
  headers?: HeaderSource | undefined
  /** Whether cookies are sent, as for fetch. Default `same-origin`. */
  credentials?: RequestCredentials | undefined
  /** Milliseconds without a byte, after which the connection is taken for dead. Default 45,000. */
  silence?: number | undefined
  /** Characters that an event may have; a longer one ends the stream. Default 16 Mi. */
  maxEvent?: number | undefined
  /** Events that wait for an iteration before reading stops. Default 1,000. */
  buffer?: number | undefined
  /** Takes the place of the global fetch. */
  fetch?: typeof fetch | undefined
}

/** Events that wait for an iteration, and what wakes it up. */
type Queue = object[] & { _wake?: () => void }

/** What a stream and a socket are alike: a consumer of signals, wherever their source is. */
export abstract class Live<Events extends object> {
  /** What the connection does now. */
  state: State = 'connecting'
  /** The position: the last id that the server has told, empty before that. */
  declare lastEventId: string

  protected declare _source: Source
  /** Why it has ended, once it has. */
  protected declare _reason: CloseInfo | undefined
  protected _queues = new Set<Queue>()
  private _listeners: Record<string, Set<(event: any) => void>> = { __proto__: null } as {}
  private declare _life: AbortController | undefined
  private declare _options: StreamOptions

  constructor(
    url: string | URL,
    options: StreamOptions,
    factory: SourceFactory,
  ) {
    const { signal } = options
    this._options = options
    this.lastEventId = options.lastEventId ?? ''
    this._source = factory(url + '', options as SourceOptions, message => this._take(message))
    this._source.open()
    this._life = life(this._source, options.whenHidden === 'pause')
    // The controller is taken for options with a signal.
    signal?.addEventListener('abort', () => this.close(), this._life)
    if (signal?.aborted) this.close()
  }

  /** Who holds the connection: a SharedWorker, an elected tab, or this object alone. */
  get sharing(): Sharing {
    return this._source.sharing ?? 'none'
  }

  /**
   * Calls the listener for each event of that name. `message` is what the server gave no name. A server's event that
   * is named like one of the connection's own goes to the same listeners. What a listener throws is reported as an
   * uncaught error, and stops nothing.
   *
   * @returns takes the listener away
   */
  on<Name extends (keyof Events & string) | keyof LifeEvents>(
    type: Name,
    listener: (event: EventOf<Events, Name>) => void,
  ): () => void {
    ;(this._listeners[type] ??= new Set()).add(listener)
    return () => this.off(type, listener)
  }

  /** Takes a listener away. */
  off<Name extends (keyof Events & string) | keyof LifeEvents>(
    type: Name,
    listener: (event: EventOf<Events, Name>) => void,
  ): void {
    this._listeners[type]?.delete(listener)
  }

  /** Ends it for good: `close` is the last event. What the server has done is not undone. */
  close(): void {
    this._source.close()
  }

  protected _fire(type: string, more?: object): object {
    const event = { type, lastEventId: this.lastEventId, ...more }
    for (const listener of [...(this._listeners[type] ?? [])]) {
      try {
        listener(event)
      } catch (error) {
        reportError(error)
      }
    }
    return event
  }

  protected _take(signal: Signal): void {
    if (this.state === 'closed') return
    let came: unknown
    if (signal.type === 'state') {
      const { state, reason, delay } = signal
      this.state = state
      if (state === 'closed') {
        this._reason = reason!
        this._life?.abort()
        if (!reason!.clean) this._fire('error', { reason })
      }
      const type = state === 'waiting' ? 'reconnecting' : state === 'closed' ? 'close' : state
      this._fire(type, { reason, delay })
    } else {
      // A gap has perhaps neither a name nor a position, and a position has neither a name nor data.
      const { type, event = type, id = this.lastEventId, data, json } = signal as Signal & { type: 'message' }
      this.lastEventId = id
      if ((type as string) === 'position') return
      const parse = type === 'message' ? this._options.parse : 'auto'
      let parsed = data
      try {
        if (typeof parse === 'function') parsed = parse(data, event)
        else if (!json && parse !== 'text') parsed = JSON.parse(data as string)
      } catch (error) {
        if (parse && parse !== 'auto') {
          this._fire('error', { data, error })
          return
        }
      }
      came = this._fire(event, { data: parsed })
    }
    this._queues.forEach(queue => {
      if (came) queue.push(came as object)
      queue._wake?.()
    })
    this._hold()
  }

  protected _hold(): void {
    this._source.hold?.([...this._queues].some(queue => queue.length >= (this._options.buffer ?? 1_000)))
  }
}
