import { afterEach, beforeEach, expect, vi } from 'vitest'
import type { Signal } from '../src/signal'

/** Lets everything run that needs no time. */
export const settle = () => pass(0)

/** Lets time pass, and everything run that waits for it. */
export const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)

/**
 * The tests here run in fake time, with jitter that is always the longest. Behind each of them no timer may be left, once
 * what it has opened is closed.
 */
export function inFakeTime(close = () => {}): void {
  beforeEach(() => {
    vi.useFakeTimers({
      now: Date.parse('Sat, 21 Nov 2026 08:00:00 GMT'),
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    })
    vi.spyOn(Math, 'random').mockReturnValue(1)
  })
  afterEach(() => {
    close()
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })
}

/** The states of these signals, with what was said about them. */
export const states = (signals: Signal[]): string[] =>
  signals.flatMap(signal =>
    signal.type === 'state' ? [signal.delay === undefined ? signal.state : `${signal.state} ${signal.delay}`] : [],
  )

/** The reason that was given last. */
export const reason = (signals: Signal[]) => {
  const last = signals.filter(signal => signal.type === 'state').at(-1)
  return last?.type === 'state' ? last.reason : undefined
}

interface Answer {
  status?: number
  type?: string | null
  headers?: Record<string, string>
  /** The address that redirects have led to. */
  url?: string
}

/** A request that a fake fetch was given, answered by the test. */
export class FakeRequest {
  readonly headers: Headers
  aborted = false
  cancelled = false
  private controller!: ReadableStreamDefaultController<Uint8Array>
  private resolve!: (response: Response) => void
  private reject!: (error: unknown) => void
  readonly response: Promise<Response>

  constructor(
    readonly url: string,
    readonly init: RequestInit,
  ) {
    this.headers = new Headers(init.headers)
    this.response = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    init.signal!.addEventListener('abort', () => {
      this.aborted = true
      this.fail(new DOMException('aborted', 'AbortError'))
    })
  }

  /** Answers with a head; without anything said, that of a stream. */
  answer({ status = 200, type = 'text/event-stream;charset=utf-8', headers = {}, url }: Answer = {}): this {
    const body = new ReadableStream<Uint8Array>(
      { start: controller => void (this.controller = controller), cancel: () => void (this.cancelled = true) },
      { highWaterMark: 0 },
    )
    const fields = new Headers(headers)
    if (type) fields.set('Content-Type', type)
    this.resolve({ status, headers: fields, body, url: url ?? this.url, redirected: !!url } as Response)
    return this
  }

  /** Sends a piece. */
  push(piece: string | Uint8Array): this {
    this.controller.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece)
    return this
  }

  /** Pieces that nobody has read. */
  get unread(): number {
    return -this.controller.desiredSize!
  }

  end(): void {
    this.controller.close()
  }

  /** The network is gone, before or after the head. */
  fail(error: unknown = new TypeError('Failed to fetch')): void {
    this.reject(error)
    try {
      this.controller?.error(error)
    } catch {
      // It has ended already.
    }
  }
}

/** A fetch that does what the test says. */
export function fakeFetch() {
  const requests: FakeRequest[] = []
  const fetch = ((url: string, init: RequestInit) => {
    const request = new FakeRequest(url, init)
    requests.push(request)
    request.response.catch(() => {})
    return request.response
  }) as typeof globalThis.fetch
  return {
    fetch,
    requests,
    /** The newest request. */
    get last(): FakeRequest {
      return requests.at(-1)!
    },
  }
}

/** A WebSocket that does what the test says. */
export class FakeSocket {
  static all: FakeSocket[] = []
  static get last(): FakeSocket {
    return FakeSocket.all.at(-1)!
  }

  protocol = ''
  binaryType = 'blob'
  bufferedAmount = 0
  readyState = 0
  sent: (string | ArrayBuffer | Blob)[] = []
  closed: [code: number | undefined, reason: string | undefined] | undefined
  onopen: (() => void) | undefined
  onmessage: ((event: { data: unknown }) => void) | undefined
  onclose: ((event: { code: number; reason: string }) => void) | undefined
  readonly url: string

  constructor(
    url: string | URL,
    readonly protocols: string[],
  ) {
    this.url = String(url)
    if (!/^wss?:/.test(this.url) || protocols.some(each => /[^!#$%&'*+\-.^_`|~\w]/.test(each))) {
      throw new DOMException(`'${protocols}' is invalid`, 'SyntaxError')
    }
    FakeSocket.all.push(this)
  }

  open(protocol = 'millrace.v1'): this {
    this.protocol = protocol
    this.readyState = 1
    this.onopen?.()
    return this
  }

  /** The server sends. */
  receive(data: unknown): this {
    this.onmessage?.({ data: typeof data === 'string' || data instanceof ArrayBuffer ? data : JSON.stringify(data) })
    return this
  }

  /** The server, or the network, closes. */
  end(code = 1006, reason = ''): void {
    this.readyState = 3
    this.onclose?.({ code, reason })
  }

  send(data: string | ArrayBuffer | Blob): void {
    this.sent.push(data)
  }

  close(code?: number, reason?: string): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      throw new DOMException(`The close code ${code} is invalid`, 'InvalidAccessError')
    }
    this.readyState = 2
    this.closed ??= [code, reason]
  }
}

/** FakeSocket as an option, with none made yet. */
export function fakeSocket(): typeof WebSocket {
  FakeSocket.all = []
  return FakeSocket as unknown as typeof WebSocket
}
