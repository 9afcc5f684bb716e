/** Sharing is a file of its own, which only those pages load that share. */
import type { Emit, Kind, Source, SourceFactory, SourceOptions } from './signal'

/**
 * A shared connection (see `sharedSource`) whose code is loaded when it opens. If that cannot be had, the tab has a
 * connection of its own.
 */
export function sharedLater(kind: Kind, url: string, options: SourceOptions, emit: Emit, make: SourceFactory): Source {
  let source: Source | undefined
  let closed = false
  let paused = false
  let held = false
  const begin = (made: Source) => {
    if (closed) return
    source = made
    made.open()
    if (paused) made.pause()
    if (held) made.hold?.(held)
  }
  return {
    get sharing() {
      return source?.sharing ?? 'none'
    },
    open() {
      emit({ type: 'state', state: 'connecting' })
      import('./shared').then(
        ({ sharedSource }) => begin(sharedSource(kind, url, options, emit, make)),
        () => begin(make(url, options, emit)),
      )
    },
    send(data, ack) {
      source?.send?.(data, ack)
    },
    check(away) {
      source?.check(away)
    },
    pause() {
      paused = true
      source?.pause()
    },
    resume() {
      paused = false
      source?.resume()
    },
    hold(on) {
      held = on
      source?.hold?.(on)
    },
    close(code, reason) {
      if (source) return source.close(code, reason)
      if (closed) return
      closed = true
      emit({ type: 'state', state: 'closed', reason: { message: reason || 'closed by this page', terminal: true, clean: true } })
    },
  }
}
