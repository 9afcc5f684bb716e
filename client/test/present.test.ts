import { expect, test } from 'vitest'
import { present } from '../src/present'
import type { Signal } from '../src/signal'

type Told = ReturnType<typeof present>

const ann = { id: 'ann', attributes: { admin: true } }
const bob = { id: 'bob' }
const event = (event: string, data: unknown, id?: string): Signal => ({ type: 'message', event, data: JSON.stringify(data), id })
const after = (...signals: Signal[]) => {
  const told = signals.reduce(present, undefined as Told)
  return told && JSON.parse(told.data as string)
}
const members = event('members', { members: [ann], size: 1 })

test.each<[string, Signal[], unknown]>([
  ['nothing', [], undefined],
  ['the whole', [members], { members: [ann], size: 1 }],
  ['who has come', [members, event('presence', { joined: [bob], left: [], size: 2 })], { members: [ann, bob], size: 2 }],
  ['who has gone', [members, event('presence', { joined: [], left: ['ann'], size: 0 })], { members: [], size: 0 }],
  ['another whole', [members, event('members', { members: [bob], size: 1 })], { members: [bob], size: 1 }],
  ['so many that they have no names', [members, event('presence', { size: 101 })], { size: 101 }],
  ['a number that changes', [event('members', { size: 101 }), event('presence', { size: 102 })], { size: 102 }],
  ['changes of what is not known', [event('presence', { joined: [bob], left: [], size: 2 })], undefined],
  ['other events', [members, event('message', 'hi'), { type: 'position', id: 'e.1' }], { members: [ann], size: 1 }],
  ['a message of a room with that name', [members, event('members', { mine: 1 }, 'e.1')], { members: [ann], size: 1 }],
  ['an event of the application\'s own with that name', [members, { type: 'message', event: 'presence', data: 'hi' }], undefined],
  ['a lost connection', [members, { type: 'state', state: 'waiting' }], undefined],
  ['a connection that is open', [members, { type: 'state', state: 'open' }], { members: [ann], size: 1 }],
])('%s', (_, signals, expected) => {
  expect(after(...signals)).toEqual(expected)
})

test('the values of envelopes stay values', () => {
  const json = (event: string, data: object): Signal => ({ type: 'message', event, data, json: true })
  const told = present(json('members', { members: [], size: 0 }) as Told, json('presence', { joined: [bob], left: [], size: 1 }))
  expect(told?.data).toEqual({ members: [bob], size: 1 })
})
