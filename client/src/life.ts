import type { Source } from './signal'

/** Milliseconds between two looks at the clock. */
const TICK = 5_000
/** Milliseconds by which a look may be late before the page has slept. */
const LATE = 5_000
/** The same while the page is hidden: browsers hold back the timers of hidden pages by up to a minute. */
const LATE_HIDDEN = 120_000

/**
 * Tells a source what happens to its page, or worker:
 *
 * - seen again, thawed, restored from the back-forward cache, or woken up, which shows in a clock that has jumped:
 *   `check`, with the milliseconds that were missed;
 * - online again: `check`, with Infinity, because no connection outlives its network;
 * - left, perhaps for the back-forward cache, or with `pauseHidden` hidden: `pause`, and `resume` afterwards. A page
 *   with an open connection is not kept by every browser.
 *
 * @returns ends it, when it is aborted
 */
export function life(source: Pick<Source, 'check' | 'pause' | 'resume'>, pauseHidden = false): AbortController {
  let seen = Date.now()
  const end = new AbortController()
  const look = (event?: { type: string }) => {
    const type = event?.type
    const turned = type === 'visibilitychange'
    const hidden = globalThis.document?.visibilityState === 'hidden'
    const away = Date.now() - seen - TICK
    seen = Date.now()
    const late = away > ((type ? turned : hidden) ? LATE_HIDDEN : LATE)
    if (type === 'pagehide' || (hidden && pauseHidden && type)) source.pause()
    else if (type ? !(turned && hidden) : late) {
      source.check(type === 'online' ? Infinity : late ? away : 0)
      if (type) source.resume()
    }
  }
  const timer = setInterval(look, TICK)
  for (const type of ['visibilitychange', 'resume', 'pagehide', 'pageshow', 'online']) {
    // Captured, because what happens to the document does not always bubble to its window.
    globalThis.addEventListener?.(type, look, { capture: true, signal: end.signal })
  }
  if (pauseHidden) look({ type: 'visibilitychange' })
  end.signal.onabort = () => clearInterval(timer)
  return end
}
