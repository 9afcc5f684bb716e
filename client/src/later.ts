/** Sharing is a file of its own, which only those pages load that share. */
import type { Emit, Kind, Source, SourceFactory, SourceOptions } from './signal'

/**
 * A shared connection (see `sharedSource`) whose code is loaded when it opens. If that cannot be had, the tab has a
 * connection of its own.
 */
export function sharedLater(kind: Kind, url: string, options: SourceOptions, emit: Emit, make: SourceFactory): Source {
  let source: Source | undefined
  let closed = false
  const calls: [keyof Source, unknown[]][] = []
  const call = (name: keyof Source) => (...given: unknown[]) => {
    if (source) (source[name] as ((...given: unknown[]) => void) | undefined)?.(...given)
    else calls.push([name, given])
  }
  const begin = (made: Source) => {
    if (closed) return
    source = made
    made.open()
    for (const [name, given] of calls) call(name)(...given)
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
    check: call('check'),
    pause: call('pause'),
    resume: call('resume'),
    hold: call('hold'),
    send: call('send'),
    close(code, reason) {
      if (source) return source.close(code, reason)
      closed = true
      emit({ type: 'state', state: 'closed', reason: { message: reason || 'closed by this page', terminal: true, clean: true } })
    },
  }
}
