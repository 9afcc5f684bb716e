import type { BackoffOptions } from './signal'

/** The longest wait that a server can ask for: a day, in milliseconds. */
const LONGEST = 86_400_000

/**
 * Milliseconds until the next attempt: exponential with full jitter, a random time between 0 and
 * min(max, min * 2^n). What the server says wins.
 *
 * @param n attempts that have failed in a row
 * @param retry the server's `retry`, in milliseconds: exactly that after a loss, and never less after a failed
 *     attempt; 0 is none
 * @param after what the server has said for this attempt alone (`Retry-After`), in milliseconds; NaN, and less than
 *     zero, is none
 */
export function backoff(
  n: number,
  { min = 500, max = 30_000 }: BackoffOptions = {},
  retry = 0,
  after = NaN,
): number {
  const jittered = Math.random() * Math.min(max, min * 2 ** n)
  return Math.min(after >= 0 ? after : n || !retry ? Math.max(retry, jittered) : retry, LONGEST)
}

/**
 * The milliseconds that a `Retry-After` field says (RFC 9110, 10.2.3): seconds, or a date; NaN if it says neither,
 * less than zero for a date that has passed on this clock.
 */
export const retryAfter = (field: string | null | undefined): number =>
  /^\d+$/.test(field!) ? +field! * 1000 : Date.parse(field!) - Date.now()

/** Whether a status may be another at the next attempt: 408, 425, 429 and 5xx. */
export const passing = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status)
