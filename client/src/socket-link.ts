import { passing, retryAfter } from './backoff'
import { link, OPEN } from './link'
import type { Signal, SourceFactory } from './signal'

const PROTOCOL = 'millrace.v1'

/** Close codes after which another attempt is made; 4000 depends on the status in its reason. */
const COMES_BACK = [1001, 1005, 1006, 1011, 1012, 1013, 1014]

/** Bytes that may wait to leave; with more the connection is taken for stuck. */
const STUCK = 1 << 24

/** What begins like an envelope, an announcement or an acknowledgement: other text is not even parsed. */
const ENVELOPE = /^\s*\{\s*"(id|event|data|ack)"\s*:/

/**
 * A WebSocket that comes back by itself with the position, in the query parameter `lastEventId`. It offers the
 * subprotocols `millrace.v1`, those of the options, and `millrace-token.<token>`.
 *
 * | close code | |
 * |---|---|
 * | 1000 | the end, without a failure: the server has completed |
 * | 1001, 1005, 1006, 1011 to 1014 | another attempt |
 * | 4000 | the status is in the reason: another attempt after 408, 425, 429, 5xx, otherwise the end. `Retry-After` is too |
 * | 4001 | one attempt with a fresh token, if there is a callback for tokens; then the end |
 * | 4003, and every other | the end |
 */
export const socketSource: SourceFactory = (url, options, emit) => {
  let socket: WebSocket
  let end: (message: string, terminal: boolean) => void
  const source = link(
    (attempt, lastEventId, token) =>
      new Promise(resolve => {
        const target = new URL(url.replace(/^http/i, 'ws'))
        if (lastEventId) target.searchParams.set('lastEventId', lastEventId)
        end = (message, terminal) => resolve({ message: `${url}: ${message}`, terminal })
        try {
          socket = new (options.WebSocket ?? WebSocket)(
            target,
            [PROTOCOL].concat(options.protocols ?? [], token ? 'millrace-token.' + token : []),
          )
        } catch (error) {
          // Without the error's own message, which may quote the token.
          return end(`${(error as Error).name} (expected: a URL and subprotocols that a WebSocket can have)`, true)
        }
        socket.binaryType = 'arraybuffer'
        socket.onopen = () => {
          if (options.outbox && socket.protocol !== PROTOCOL) {
            end(`subprotocol "${socket.protocol}" (expected: ${PROTOCOL}, for the outbox)`, true)
          } else attempt._emit(OPEN)
        }
        let coming: Announcement | undefined
        socket.onmessage = ({ data }) => {
          const signal = read(data, options.outbox)
          if (coming && coming.binary === data.byteLength) Object.assign(signal, { id: coming.id })
          coming = 'binary' in signal ? signal : undefined
          if (!coming) attempt._emit(signal as Signal)
        }
        socket.onclose = ({ code, reason }) => {
          attempt._after = retryAfter(/Retry-After: (.+)/.exec(reason)?.[1])
          resolve({
            code,
            status: code === 4000 ? parseInt(reason) : code === 4001 || code === 4003 ? code - 3600 : undefined,
            message: `${url}: closed with ${code} ${reason}`,
            terminal: code === 4000 ? !passing(parseInt(reason)) : !COMES_BACK.includes(code),
            clean: code === 1000,
          })
        }
        attempt._close = (code, reason) => socket.close(code, reason)
      }),
    url,
    options,
    emit,
  )
  source.send = (data, ack) => {
    if (socket?.readyState !== 1) return
    if (socket.bufferedAmount > STUCK) return end(`more than ${STUCK} bytes wait to be sent`, false)
    const line = `{"send":"${ack}"}\n`
    socket.send(!ack ? data : typeof data === 'string' ? line + data : new Blob([line, data]))
  }
  return source
}

/** The position of the bytes that come next, and how many they are. */
type Announcement = { id: string; binary: number }

/**
 * What a message says. An envelope is an object with a string `id` or `event`, perhaps `data`, and nothing else; an
 * acknowledgement has a string `ack` alone; a position an `id` alone; what announces bytes an `id` and their number,
 * `binary`. Anything else is data itself.
 */
function read(data: string | ArrayBuffer, acks = false): Signal | Announcement {
  try {
    const value = ENVELOPE.test(data as string) && JSON.parse(data as string)
    const { id, event, data: inner, ack, ...more } = value
    if (typeof id === 'string' && Number.isInteger(more.binary) && Object.keys(value).length === 2) return value
    const texts = [id, event, ack].filter(each => each !== undefined)
    if (texts.length && texts.every(each => typeof each === 'string') && !Object.keys(more).length) {
      const alone = Object.keys(value).length < 2
      if (ack === undefined) {
        return alone && id !== undefined
          ? { type: 'position', id }
          : { type: event === 'gap' ? event : 'message', event: event || 'message', data: inner, json: true, id }
      }
      if (alone && acks) return { type: 'ack', id: ack }
    }
  } catch {
    // Not JSON.
  }
  return { type: 'message', event: 'message', data }
}
