import { passing, retryAfter } from './backoff'
import { link, OPEN } from './link'
import { eventStream } from './sse'
import type { SourceFactory } from './signal'

const TYPE = 'text/event-stream'

/**
 * A stream of events over fetch that comes back by itself with the position, in the field `Last-Event-ID`.
 *
 * | the server answers | |
 * |---|---|
 * | 200 with `text/event-stream` | open; when it ends, another attempt |
 * | 200 with any other type, also after a redirect | the end |
 * | 200 with none | another attempt: a browser takes a head that was cut for the whole |
 * | 204 | the end, without a failure |
 * | 401 | one attempt with a fresh token, if there is a callback for tokens; then the end |
 * | 408, 425, 429, 5xx, no answer | another attempt, after `Retry-After` or the backoff |
 * | anything else | the end |
 */
export const streamSource: SourceFactory = (url, options, emit) =>
  link(
    async (attempt, lastEventId, token) => {
      const abort = new AbortController()
      attempt._close = () => abort.abort()
      const given = options.headers
      const headers = new Headers(typeof given === 'function' ? await given() : given)
      headers.set('Accept', TYPE)
      if (token) headers.set('Authorization', 'Bearer ' + token)
      // A field holds bytes, and the standard says which: UTF-8.
      if (lastEventId) headers.set('Last-Event-ID', unescape(encodeURIComponent(lastEventId)))
      const response = await (options.fetch ?? fetch)(url, {
        // Credentials, and what else fetch knows and we do not.
        ...(options as RequestInit),
        headers,
        signal: abort.signal,
        cache: 'no-store',
      })
      const { status } = response
      const type = response.headers.get('Content-Type')
      attempt._after = retryAfter(response.headers.get('Retry-After'))
      if (status !== 200 || !/^text\/event-stream\s*(;|$)/i.test(type!)) {
        return {
          message: `${url}${response.redirected ? ' led to ' + response.url : ''}: ${status} ${type} (expected: 200 ${TYPE})`,
          status,
          terminal: !passing(status) && !!(type || status - 200),
          clean: status === 204,
        }
      }
      attempt._emit(OPEN)
      const reader = response.body!.getReader()
      const read = eventStream(attempt._emit, attempt._retry, options.maxEvent)
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return { message: `${url}: the stream has ended`, status, terminal: false }
        await attempt._alive()
        read(value)
      }
    },
    url,
    options,
    emit,
    true,
  )
