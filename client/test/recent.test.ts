import { describe, expect, test } from 'vitest'
import { Recent } from '../src/recent'
import type { Signal } from '../src/signal'

const message = (id: string | undefined, data: unknown = id): Signal =>
  id === undefined ? { type: 'message', event: 'message', data } : { type: 'message', event: 'message', data, id }
const filled = (last: string | undefined, ...ids: (string | undefined)[]) => {
  const recent = new Recent(last)
  for (const id of ids) recent.add(message(id))
  return recent
}
const ids = (signals: Signal[] | undefined) => signals?.map(signal => 'id' in signal ? signal.id : undefined)

describe('what came behind an id', () => {
  const cases: [string, Recent, string, (string | undefined)[] | undefined][] = [
    ['the last', filled('e.1', 'e.2', 'e.5'), 'e.5', []],
    ['one before', filled('e.1', 'e.2', 'e.5'), 'e.2', ['e.5']],
    ['a position between two', filled('e.1', 'e.2', 'e.5'), 'e.4', ['e.5']],
    ['where it began', filled('e.1', 'e.2', 'e.5'), 'e.1', ['e.2', 'e.5']],
    ['before it began', filled('e.1', 'e.2', 'e.5'), 'e.0', undefined],
    ['of another epoch', filled('e.1', 'e.2', 'e.5'), 'f.3', undefined],
    ['numbers are no texts', filled('e.9', 'e.10', 'e.11'), 'e.9', ['e.10', 'e.11']],
    ['ids that are no positions', filled('a', 'b', 'c'), 'b', ['c']],
    ['an unknown id', filled('a', 'b', 'c'), 'x', undefined],
    ['an epoch with points', filled('a.b.1', 'a.b.2'), 'a.b.1', ['a.b.2']],
    ['messages without an id in between', filled('a', undefined, 'b', undefined), 'a', [undefined, 'b', undefined]],
    ['without a beginning', filled(undefined, undefined, 'b', 'c'), 'b', ['c']],
    ['without a beginning, from before', filled(undefined, 'e.5'), 'e.4', undefined],
  ]
  test.each(cases)('%s', (_, recent, id, expected) => {
    expect(ids(recent.since(id))).toEqual(expected)
    })
})

test('what has come is known by number, or by id', () => {
  const recent = filled('e.1', 'e.3', 'e.5')
  expect(['e.0', 'e.1', 'e.4', 'e.5', 'e.6', 'f.3', ''].filter(id => recent.has(id))).toEqual(['e.0', 'e.1', 'e.4', 'e.5'])
  expect(['a', 'b', 'c'].filter(id => filled('x', 'a', 'b').has(id))).toEqual(['a', 'b'])
  expect(new Recent().has('e.1')).toBe(false)
})

test('256 signals are kept', () => {
  const recent = filled('e.0', ...Array.from({ length: 300 }, (_, index) => `e.${index + 1}`))
  expect(recent.since('e.44')).toHaveLength(256)
  expect(recent.since('e.43')).toBeUndefined()
  expect(recent.last).toBe('e.300')
})

test('1 Mi characters, bytes or JSON are kept', () => {
  for (const data of ['x'.repeat(400_000), new ArrayBuffer(400_000), { text: 'x'.repeat(400_000) }]) {
    const recent = new Recent('e.0')
    for (let number = 1; number <= 4; number++) recent.add(message(`e.${number}`, data))
    expect(ids(recent.since('e.2'))).toEqual(['e.3', 'e.4'])
    expect(recent.since('e.1')).toBeUndefined()
  }
})

test('when bytes have been let go, what lies before their position is not known any more', () => {
  const recent = new Recent('e.0')
  recent.add(message(undefined, new ArrayBuffer(1 << 20)))
  recent.add({ type: 'position', id: 'e.1' })
  recent.add(message(undefined, new ArrayBuffer(1 << 20)))
  expect(recent.since('e.0')).toBeUndefined()
  expect(recent.since('e.1')).toHaveLength(1)
})

test('an empty id takes the position back', () => {
  const recent = filled('e.1', 'e.2', '')
  expect(recent.last).toBe('')
  expect(recent.has('')).toBe(false)
})

test('states and acknowledgements are not kept', () => {
  const recent = filled('e.1')
  recent.add({ type: 'state', state: 'open' })
  recent.add({ type: 'ack', id: 'x' })
  expect(recent.since('e.1')).toEqual([])
  expect(recent.last).toBe('e.1')
})
