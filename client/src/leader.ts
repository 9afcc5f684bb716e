/**
 * Who leads, and who is alive, told by Web Locks. A lock is let go by the browser when its page or worker
 * has died, however it died, so nobody has to be asked. Three kinds of locks are used for each connection:
 *
 * - its name: who has it holds the connection, the others wait in line;
 * - its name and a tab's: each tab holds its own for its life. Whoever else gets it knows that the tab is dead.
 */

/** What is used of the browser's LockManager. */
export interface Locks {
  request(name: string, options: { signal: AbortSignal }, granted: () => Promise<void> | undefined): Promise<unknown>
}

/**
 * Waits for a lock and keeps it until the function is called that this returns; that also ends the waiting.
 *
 * @param granted called at most once, when this has the lock
 * @param failed called if there are no locks after all: in private windows and sandboxed frames they refuse
 */
export function hold(locks: Locks, name: string, granted: () => void, failed: () => void): () => void {
  const abort = new AbortController()
  let release: (() => void) | undefined
  const refused = () => {
    if (!abort.signal.aborted) failed()
  }
  try {
    locks.request(name, { signal: abort.signal }, () => {
      if (abort.signal.aborted) return
      const held = new Promise<void>(resolve => {
        release = resolve
      })
      granted()
      return held
    }).catch(refused)
  } catch {
    refused()
  }
  return () => {
    abort.abort()
    release?.()
  }
}

/** Milliseconds without a word after which a tab is taken for dead where there are no locks. */
export const SILENCE = 60_000

/** Watches whether a tab lives. */
export interface Watch {
  /** It has said something. */
  seen(): void
  stop(): void
}

/** Calls `dead` once the tab is: at once where there are locks, otherwise after 60 s without a word from it. */
export function watch(locks: Locks | undefined, lock: string, dead: () => void): Watch {
  if (locks) return { seen() {}, stop: hold(locks, lock, dead, () => {}) }
  let timer = setTimeout(dead, SILENCE)
  return {
    seen() {
      clearTimeout(timer)
      timer = setTimeout(dead, SILENCE)
    },
    stop: () => clearTimeout(timer),
  }
}
