import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { backoff, passing, retryAfter } from '../src/backoff'

const jitter = (value: number) => vi.spyOn(Math, 'random').mockReturnValue(value)

describe('backoff', () => {
  const waits = (...more: [object?, number?, number?]) => [0, 1, 2, 3, 4, 5, 6, 7, 2000].map(n => backoff(n, ...more))

  test('doubles from 0.5 s, stays at 30 s, and never overflows', () => {
    jitter(1)
    expect(waits()).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000])
  })

  test('has full jitter: any time from zero', () => {
    jitter(0)
    expect(waits()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0])
    jitter(0.25)
    expect(waits().slice(0, 3)).toEqual([125, 250, 500])
  })

  test('takes other limits', () => {
    jitter(1)
    expect(waits({ min: 10, max: 35 }).slice(0, 4)).toEqual([10, 20, 35, 35])
  })

  test("the server's retry is kept exactly after a loss, and is the least after a failure", () => {
    jitter(1)
    expect(waits({}, 1500).slice(0, 4)).toEqual([1500, 1500, 2000, 4000])
    jitter(0)
    expect(waits({}, 1500).slice(0, 4)).toEqual([1500, 1500, 1500, 1500])
    jitter(1)
    expect(backoff(0, {}, 100)).toBe(100)
  })

  test('a retry of zero is none: nobody is to come back in a loop', () => {
    jitter(1)
    expect(waits({}, 0)).toEqual(waits())
  })

  test("the server's Retry-After is kept exactly, and is neither shortened by max nor lengthened by retry", () => {
    jitter(1)
    expect(waits({ max: 10 }, 1500, 60_000).slice(0, 2)).toEqual([60_000, 60_000])
    expect(backoff(9, {}, 1500, 0)).toBe(0)
  })

  test.each([NaN, -1, undefined])('a Retry-After of %s is none', after => {
    jitter(1)
    expect(backoff(0, {}, 0, after)).toBe(500)
  })

  test('a server cannot ask for more than a day, nor overflow a timer', () => {
    expect(backoff(0, {}, 0, 1e300)).toBe(86_400_000)
    expect(backoff(0, {}, Infinity)).toBe(86_400_000)
  })
})

describe('Retry-After', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse('Sat, 21 Nov 2026 08:00:00 GMT') })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test.each([
    ['7', 7000],
    ['0', 0],
    ['Sat, 21 Nov 2026 08:00:30 GMT', 30_000],
    ['Saturday, 21-Nov-26 08:00:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 07:59:00 GMT', -60_000],
    ['soon', NaN],
    ['', NaN],
    [null, NaN],
  ])('%s', (field, expected) => {
    expect(retryAfter(field)).toBe(expected)
  })
})

test('statuses that may pass', () => {
  const all = [200, 204, 301, 400, 401, 403, 404, 405, 406, 408, 410, 421, 425, 426, 429, 431, 500, 501, 502, 503, 504, 599]
  expect(all.filter(passing)).toEqual([408, 425, 429, 500, 501, 502, 503, 504, 599])
  expect(passing(NaN)).toBe(false)
})
