import { tokens } from './token'
import type { HeaderSource, TokenSource } from './signal'

/** What is wrong with one field, as the server says it in `errors`. */
export interface FieldError {
  /** Its name, as `age` or `lines[0].item`. */
  field: string
  /** What was given; absent for secrets. */
  value?: string
  /** What was expected, as `1 to 100`. */
  expected: string
}

/** What {@link get} can be told. */
export interface GetOptions {
  /** Gives the token for `Authorization: Bearer`. After a 401 it is asked once more for a fresh one, if `body` can be sent twice. */
  token?: TokenSource | undefined
  /** Header fields of the request, or what gives them. */
  headers?: HeaderSource | undefined
  /** Whether cookies are sent, as for fetch. Default `same-origin`. */
  credentials?: RequestCredentials | undefined
  /** Breaks it off: the promise is rejected as by fetch. */
  signal?: AbortSignal | undefined
  /** Default `GET`, or `POST` with a `body`. */
  method?: string | undefined
  /** Sent as it is by fetch; a plain object or an array as JSON. */
  body?: unknown
  /** Takes the place of the global fetch. */
  fetch?: typeof fetch | undefined
}

/**
 * A request that the server has refused, with its problem document (RFC 9457). `message` is the document's `detail`,
 * or its `title`, or the status.
 */
export class Problem extends Error {
  /** The status; 0 if there was no answer. */
  readonly status: number
  /** What the server says of it; empty if that was no problem document. */
  readonly document: Record<string, unknown>
  /** What is wrong with single fields. */
  readonly errors: FieldError[]

  constructor(status: number, url: string, document: Record<string, unknown> = {}) {
    super(String(document.detail ?? document.title ?? `${url}: ${status || 'no answer'} (expected: 200 to 299)`))
    this.name = 'Problem'
    this.status = status
    this.document = document
    this.errors = Array.isArray(document.errors)
      ? document.errors.filter(error => typeof error?.field === 'string').map(error => ({ ...error, expected: String(error.expected ?? '') }))
      : []
  }
}

/** A request as it is sent. */
export interface Outgoing {
  method: string
  url: string
  headers: Headers
  body: BodyInit | undefined
}

/** An answer as it came. @internal */
export interface Incoming {
  status: number
  type: string
  text: string
}

const isPlain = (body: unknown) => Array.isArray(body) || (!!body && Object.getPrototypeOf(body) === Object.prototype)

/** What the answer says: JSON as its value, anything else as text, nothing as undefined. Throws a {@link Problem} outside 200 to 299. */
function read<T>(url: string, { status, type, text }: Incoming): T {
  const json = /^application\/([\w.-]+\+)?json\b/i.test(type)
  let value: unknown
  try {
    value = json && text ? JSON.parse(text) : text || undefined
  } catch (error) {
    if (status < 300) throw error
  }
  if (status >= 200 && status < 300) return value as T
  throw new Problem(status, url, json && isPlain(value) ? (value as Record<string, unknown>) : {})
}

/** Sends a request with token and header fields; once more with a fresh token if it was refused. @internal */
export async function request<T>(url: string, options: GetOptions, send: (outgoing: Outgoing) => Promise<Incoming>): Promise<T> {
  const { headers: given, body } = options
  const token = options.token && tokens(options.token)
  let used: string | undefined
  for (let attempt = 0; ; attempt++) {
    const headers = new Headers(typeof given === 'function' ? await given() : given)
    if (!headers.has('Accept')) headers.set('Accept', 'application/json, */*;q=0.5')
    const json = isPlain(body)
    if (json && !headers.has('Content-Type')) headers.set('Content-Type', 'application/json')
    if (token) headers.set('Authorization', `Bearer ${(used = await token(used))}`)
    const answer = await send({
      method: options.method ?? (body == null ? 'GET' : 'POST'), url, headers,
      body: json ? JSON.stringify(body) : (body as BodyInit | undefined),
    })
    if (answer.status !== 401 || !token || attempt || body instanceof ReadableStream) return read<T>(url, answer)
  }
}

/**
 * Asks the server: JSON as its value, other text as text, nothing (204) as undefined.
 *
 * The whole answer is kept in memory. Throws a {@link Problem} for a status outside 200 to 299, and what fetch throws when there
 * is no answer; nothing is repeated but a request whose token was refused, once.
 */
export const get = <T = any>(url: string | URL, options: GetOptions = {}): Promise<T> =>
  request<T>(String(url), options, async ({ url, ...init }) => {
    const response = await (options.fetch ?? fetch)(url, {
      ...init, body: init.body ?? null, credentials: options.credentials ?? 'same-origin', signal: options.signal ?? null,
    })
    return { status: response.status, type: response.headers.get('Content-Type') ?? '', text: await response.text() }
  })
