import type { TokenSource } from './signal'

const caches = new WeakMap<TokenSource, TokenSource>()

/**
 * A cache over a callback that gives tokens. There is one cache for each callback, so streams, sockets and requests
 * that are given the same function share a token, and the callback runs once at a time however many ask.
 *
 * What comes out is the cached token, unless that is the one which the caller has named as not good enough. A
 * failure of the callback is not cached: the next who asks calls it again.
 */
export function tokens(callback: TokenSource): TokenSource {
  let cache = caches.get(callback)
  if (!cache) {
    let token: string | undefined
    let pending: Promise<string> | undefined
    cache = not => {
      if (token !== undefined && token !== not) return token
      return (pending ??= Promise.resolve(not)
        .then(callback)
        .then(fresh => (token = fresh))
        .finally(() => (pending = undefined)))
    }
    caches.set(callback, cache).set(cache, cache)
  }
  return cache
}
