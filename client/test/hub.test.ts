import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createHub, MAX_TABS, type Hub } from '../src/hub'
import { watch } from '../src/leader'
import type { FromHub, Wanted } from '../src/messages'
import { Recent } from '../src/recent'
import type { Emit, Signal, Source, SourceOptions } from '../src/signal'

let said: FromHub[]
let made: { options: SourceOptions; emit: Emit; source: { [K in keyof Source]-?: ReturnType<typeof vi.fn> } }[]
let hub: Hub

const wanted: Wanted = { kind: 'socket', url: 'wss://mill.example/', options: {}, asks: ['token'] }
const begin = (last?: string) => {
  said = []
  made = []
  hub = createHub({
    generation: 7, where: 'worker', recent: new Recent(last),
    post: message => said.push(message),
    make(kind, url, options, emit) {
      expect([kind, url]).toEqual([wanted.kind, wanted.url])
      const source = Object.fromEntries(['open', 'send', 'check', 'pause', 'resume', 'hold', 'close'].map(name => [name, vi.fn()]))
      made.push({ options, emit, source: source as never })
      return source as never
    },
    watch: (tab, dead) => watch(undefined, tab, dead),
  })
}

beforeEach(() => {
  vi.useFakeTimers()
  begin()
})
afterEach(() => {
  hub.stop()
  vi.useRealTimers()
})

const join = (from: string, last?: string, paused = false) => hub.receive({ from, op: 'join', turn: 3, wanted, last, paused, held: false })
const message = (id: string): Signal => ({ type: 'message', event: 'message', data: id, id })

test('a tab is welcomed with state, position and what it has missed', () => {
  join('a')
  made[0]!.emit({ type: 'state', state: 'open' })
  made[0]!.emit(message('e.1'))
  made[0]!.emit(message('e.2'))
  join('b', 'e.1')
  expect(said.at(-1)).toEqual({
    op: 'welcome', to: 'b', turn: 3, generation: 7, where: 'worker', state: { type: 'state', state: 'open' }, last: 'e.2', missed: [message('e.2')],
  })
  join('c', 'x.1')
  expect(said.at(-1)).toMatchObject({ to: 'c', last: 'e.2', missed: undefined })
  expect(made).toHaveLength(1)
})

test('a hub begins where the one before was; if no tab comes within 5 s that is forgotten', () => {
  begin('e.5')
  join('a')
  expect(made[0]!.options.lastEventId).toBe('e.5')
  begin('e.5')
  vi.advanceTimersByTime(5000)
  join('a')
  expect(made[0]!.options.lastEventId).toBeUndefined()
})

test('a tab that leaves before others have come back takes nothing with it', () => {
  begin('e.5')
  join('a')
  hub.receive({ from: 'a', op: 'bye' })
  join('b')
  expect(made[1]!.options.lastEventId).toBe('e.5')
  vi.advanceTimersByTime(5000)
  hub.receive({ from: 'b', op: 'bye' })
  join('c')
  expect(made[2]!.options.lastEventId).toBeUndefined()
})

test('a hub begins earlier if the first tab is behind, later tabs are told of a gap', () => {
  begin('e.5')
  join('a', 'e.4')
  expect(made[0]!.options.lastEventId).toBe('e.4')
  join('b', 'e.3')
  expect(said.at(-1)).toMatchObject({ to: 'b', last: 'e.4', missed: undefined })
  expect(made).toHaveLength(1)
})

test('the first position that any tab knows is begun with, though others came before it', () => {
  join('a')
  join('b', 'e.3')
  expect(made.map(({ options }) => options.lastEventId)).toEqual([undefined, 'e.3'])
  expect(made[0]!.source.close).toHaveBeenCalledOnce()
  made[0]!.emit(message('e.9'))
  expect(said.filter(({ op }) => op === 'signal')).toEqual([])
})

test('who is not known is asked to join: it was taken for dead too early', () => {
  join('a')
  vi.advanceTimersByTime(30_000)
  hub.receive({ from: 'a', op: 'ping' })
  expect(said.at(-1)).toEqual({ op: 'pong', to: 'a', generation: 7 })
  vi.advanceTimersByTime(60_000)
  expect(made[0]!.source.close).toHaveBeenCalledOnce()
  hub.receive({ from: 'a', op: 'ping' })
  expect(said.at(-1)).toEqual({ op: 'hello', to: 'a', generation: 7, last: undefined })
})

test('1,000 tabs are taken', () => {
  for (let number = 0; number <= MAX_TABS; number++) join(`${number}`)
  expect(said.filter(({ op }) => op === 'welcome')).toHaveLength(1000)
  expect(said.at(-1)).toEqual({ op: 'full', to: '1000', generation: 7 })
  hub.receive({ from: '5', op: 'bye' })
  join('1000')
  expect(said.at(-1)).toMatchObject({ op: 'welcome', to: '1000' })
})

test('a question goes to another tab when the first has died, and after 10 s without an answer', async () => {
  for (const tab of ['a', 'b', 'c', 'd']) join(tab)
  const asked = () => said.filter(({ op }) => op === 'ask').map(({ to }) => to)
  const token = made[0]!.options.token!('old') as Promise<string>
  expect(said.at(-1)).toEqual({ op: 'ask', to: 'a', question: 1, what: 'token', not: 'old', generation: 7 })
  hub.receive({ from: 'a', op: 'bye' })
  await vi.advanceTimersByTimeAsync(0)
  expect(asked()).toEqual(['a', 'b'])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked()).toEqual(['a', 'b', 'c'])
  hub.receive({ from: 'c', op: 'answer', question: 3, value: 'new' })
  hub.receive({ from: 'b', op: 'answer', question: 2, value: 'late' })
  expect(await token).toBe('new')
})

test('three tabs that do not answer are enough', async () => {
  for (const tab of ['a', 'b', 'c', 'd']) join(tab)
  const failed = (made[0]!.options.token!() as Promise<string>).catch((error: Error) => error.message)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(await failed).toBe('token: none of the tabs that share this connection has answered within 10000 ms')
})

test('a close code that browsers refuse closes without', () => {
  join('a')
  made[0]!.source.close.mockImplementationOnce(() => {
    throw new DOMException('no such code', 'InvalidAccessError')
  })
  hub.receive({ from: 'a', op: 'bye', code: 7 })
  expect(made[0]!.source.close.mock.calls).toEqual([[7, undefined], []])
})

test('tabs that are all paused pause it from the beginning', () => {
  join('a', undefined, true)
  expect(made[0]!.source.pause).toHaveBeenCalledOnce()
  join('b')
  expect(made[0]!.source.resume).toHaveBeenCalledOnce()
  hub.receive({ from: 'b', op: 'bye' })
  expect(made[0]!.source.pause).toHaveBeenCalledTimes(2)
})

const event = (event: string, data: unknown): Signal => ({ type: 'message', event, data, json: true })
const there = () => (said.at(-1) as FromHub & { op: 'welcome' }).there

test('a late tab is told who is there', () => {
  join('a')
  expect(there()).toBeUndefined()
  made[0]!.emit({ type: 'state', state: 'open' })
  made[0]!.emit(event('members', { members: [{ id: 'ann' }], size: 1 }))
  made[0]!.emit(event('presence', { joined: [{ id: 'bob' }, { id: 'ann', attributes: { admin: true } }], left: [], size: 2 }))
  join('b')
  const both = event('members', { members: [{ id: 'ann', attributes: { admin: true } }, { id: 'bob' }], size: 2 })
  expect(there()).toEqual(both)
  made[0]!.emit({ type: 'state', state: 'waiting' })
  join('c')
  expect(there()).toBeUndefined()
})

test('when no tab reads, the connection is not read', () => {
  join('a')
  join('b')
  const held = () => made[0]!.source.hold.mock.calls.at(-1)
  hub.receive({ from: 'a', op: 'rest', paused: false, held: true })
  expect(held()).toEqual([false])
  hub.receive({ from: 'b', op: 'rest', paused: false, held: true })
  expect(held()).toEqual([true])
  join('b')
  expect(held()).toEqual([false])
})
