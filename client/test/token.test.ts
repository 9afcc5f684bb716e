import { expect, test, vi } from 'vitest'
import { tokens } from '../src/token'

test('a token is asked for once, and kept', async () => {
  const callback = vi.fn(async () => 'a')
  const cache = tokens(callback)
  expect([await cache(), await cache(), await cache()]).toEqual(['a', 'a', 'a'])
  expect(callback).toHaveBeenCalledTimes(1)
})

test('a token is renewed when it is named as not good enough, and once for all who name it', async () => {
  let n = 0
  const callback = vi.fn(async () => `t${++n}`)
  const cache = tokens(callback)
  expect(await cache()).toBe('t1')
  expect(await Promise.all([cache('t1'), cache('t1'), cache('t1')])).toEqual(['t2', 't2', 't2'])
  expect(await cache('t1')).toBe('t2')
  expect(callback).toHaveBeenCalledTimes(2)
  expect(callback).toHaveBeenLastCalledWith('t1')
})

test('the callback runs once at a time', async () => {
  let give = (_: string) => {}
  const callback = vi.fn(() => new Promise<string>(resolve => (give = resolve)))
  const cache = tokens(callback)
  const asked = [cache(), cache('old'), cache()]
  await Promise.resolve()
  give('new')
  expect(await Promise.all(asked)).toEqual(['new', 'new', 'new'])
  expect(callback).toHaveBeenCalledTimes(1)
})

test.each([
  ['rejects', () => Promise.reject(new Error('down'))],
  ['throws', () => { throw new Error('down') }],
])('when the callback %s all who wait are told, and the next asks again', async (_, fail) => {
  const callback = vi.fn<() => string | Promise<string>>(fail)
  const cache = tokens(callback)
  const results = await Promise.allSettled([cache(), cache()])
  expect(results.map(each => each.status)).toEqual(['rejected', 'rejected'])
  callback.mockImplementation(() => 'b')
  expect(await cache()).toBe('b')
  expect(callback).toHaveBeenCalledTimes(2)
})

test('all who pass the same callback share its token; a cache is its own', async () => {
  const callback = vi.fn(() => 'a')
  expect(tokens(callback)).toBe(tokens(callback))
  expect(tokens(tokens(callback))).toBe(tokens(callback))
  expect(tokens(() => 'a')).not.toBe(tokens(callback))
})
