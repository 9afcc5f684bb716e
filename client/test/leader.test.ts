import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { hold, watch, type Locks } from '../src/leader'
import { World } from './world'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const fail = () => {
  throw new Error('locks were refused')
}

test('one has the lock; the next gets it when that one lets go, or has died', async () => {
  const world = new World()
  const owners = ['a', 'b', 'c'].map(name => ({ name, dead: false }))
  const got: string[] = []
  const releases = owners.map(owner => hold(world.locksOf(owner), 'lock', () => got.push(owner.name), fail))
  await world.settle()
  expect(got).toEqual(['a'])
  releases[0]!()
  await world.settle()
  expect(got).toEqual(['a', 'b'])
  world.kill(owners[1]!)
  await world.settle()
  expect(got).toEqual(['a', 'b', 'c'])
})

test('who has left the line gets nothing, even if the lock is on its way', async () => {
  const world = new World()
  const owner = { name: 'a', dead: false }
  const got: string[] = []
  const first = hold(world.locksOf(owner), 'lock', () => got.push('first'), fail)
  first()
  const second = hold(world.locksOf(owner), 'lock', () => got.push('second'), fail)
  await world.settle()
  hold(world.locksOf(owner), 'lock', () => got.push('third'), fail)()
  second()
  await world.settle()
  expect(got).toEqual(['second'])
})

test.each([
  ['rejects', { request: () => Promise.reject(new Error('no')) }],
  ['throws', { request: () => { throw new Error('no') } }],
] as [string, Locks][])('a lock manager that %s has failed', async (_, locks) => {
  const failed = vi.fn()
  hold(locks, 'lock', () => {}, failed)
  await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce())
})

test('without locks a tab is dead after 60 s without a word', async () => {
  const dead = vi.fn()
  const watching = watch(undefined, 'lock', dead)
  await vi.advanceTimersByTimeAsync(59_000)
  watching.seen()
  await vi.advanceTimersByTimeAsync(59_999)
  expect(dead).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(dead).toHaveBeenCalledOnce()
  watch(undefined, 'lock', dead).stop()
  expect(vi.getTimerCount()).toBe(0)
})
