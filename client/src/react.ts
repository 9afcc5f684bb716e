import { useEffect, useRef, useState } from 'react'
import { socket, stream, type Socket, type SocketOptions, type State, type Stream, type StreamOptions } from './index'

/** Listeners by event name. They may be new functions at each rendering: the latest ones are called. */
export type Listeners = Record<string, (event: any) => void>

/** What a hook gives to its component. */
export interface Connection<Live> {
  /** What the connection does now; `connecting` before it is there, `closed` without a URL. */
  state: State
  /** The position. It does not render anew by itself. */
  readonly lastEventId: string
  /** The stream or socket itself; undefined until the component is shown. */
  readonly current: Live | undefined
}

type Both = Stream<any> | Socket<any>

function useLive<Live extends Both, Options extends { token?: unknown }>(
  make: (url: string, options: Options) => Live, url: string | null | undefined, listeners: Listeners, options: Options | undefined,
): Connection<Live> {
  const [state, setState] = useState<State>(url == null ? 'closed' : 'connecting')
  const latest = useRef({ listeners, options })
  const live = useRef<Live | undefined>(undefined)
  useEffect(() => {
    latest.current = { listeners, options }
  })
  const names = Object.keys(listeners).sort().join()
  // Functions are new at each rendering, and no reason for a new connection.
  const wanted = JSON.stringify(options, (_, value) => (value instanceof AbortSignal ? undefined : value))
  useEffect(() => {
    if (url == null) {
      setState('closed')
      return
    }
    let ended = false
    setState('connecting')
    // Not at once: what is mounted twice, as StrictMode does, is to open one connection only.
    queueMicrotask(() => {
      if (ended) return
      const made = (live.current = make(url, latest.current.options ?? ({} as Options)))
      const follow = () => {
        if (!ended) setState(made.state)
      }
      for (const type of ['connecting', 'open', 'paused', 'reconnecting', 'close'] as const) made.on(type, follow)
      for (const name of names ? names.split(',') : []) made.on(name, event => latest.current.listeners[name]?.(event))
      follow()
    })
    return () => {
      ended = true
      live.current?.close()
      live.current = undefined
    }
  }, [url, names, wanted, make])
  return {
    state,
    get lastEventId() {
      return live.current?.lastEventId ?? ''
    },
    get current() {
      return live.current
    },
  }
}

/**
 * A stream for as long as the component is shown. It is opened anew when the URL, the options or the names of the
 * listeners have changed; functions among the options are those of that moment.
 *
 * ```tsx
 * const { state } = useStream('/news', { message: event => setNews(news => [event.data, ...news]) })
 * ```
 *
 * @param url null opens none
 */
export function useStream(url: string | null | undefined, listeners: Listeners, options?: StreamOptions): Connection<Stream> {
  return useLive<Stream, StreamOptions>(stream, url, listeners, options)
}

/** What {@link useSocket} gives. */
export interface SocketConnection extends Connection<Socket> {
  /** As `Socket.send`. Throws before the component is shown, and without a URL. */
  send: Socket['send']
}

/** A WebSocket for as long as the component is shown. See {@link useStream}. */
export function useSocket(url: string | null | undefined, listeners: Listeners, options?: SocketOptions): SocketConnection {
  const connection = useLive<Socket, SocketOptions>(socket, url, listeners, options)
  return Object.assign(Object.create(connection) as Connection<Socket>, {
    state: connection.state,
    send: ((...given: Parameters<Socket['send']>) => {
      const live = connection.current
      if (!live) throw new Error(`send: there is no socket to ${url} (expected: a component that is shown, and a URL)`)
      return live.send(...given)
    }) as Socket['send'],
  })
}
