import { beforeEach, expect, test } from 'vitest'
import { Recent } from '../src/recent'
import { createRemote, type Remote } from '../src/remote'
import type { FromHub, ToHub } from '../src/messages'
import type { Signal } from '../src/signal'

let said: ToHub[]
let signals: Signal[]
let recent: Recent
let remote: Remote

const begin = (last?: string) => {
  said = []
  signals = []
  recent = new Recent(last)
  remote = createRemote({
    me: 'me', recent, wanted: { kind: 'stream', url: 'https://mill.example/', options: {}, asks: [] },
    post: message => said.push(message), emit: signal => signals.push(signal),
  })
}
beforeEach(() => begin())

const state = (state: 'connecting' | 'open' | 'waiting'): Signal => ({ type: 'state', state })
const text = (id: string): Signal => ({ type: 'message', event: 'message', data: `text ${id}`, id })
const bytes = (id: string): Signal => ({ type: 'message', event: 'message', data: new ArrayBuffer(1), id })
const position = (id: string): Signal => ({ type: 'position', id })
const welcome = (last: string | undefined, missed?: Signal[], now = state('open')) =>
  remote.receive({ generation: 1, op: 'welcome', turn: said.filter(({ op }) => op === 'join').length, where: 'worker', state: now, last, missed, there: undefined } as FromHub & { op: 'welcome' })
const hear = (...heard: Signal[]) => heard.forEach(signal => remote.receive({ generation: 1, op: 'signal', signal }))
const hello = () => remote.receive({ generation: 1, op: 'hello', last: undefined })

test('what is said before the welcome is not for it', () => {
  hear(text('e.1'))
  welcome('e.1', [])
  hear(text('e.2'))
  expect(signals).toEqual([state('open'), position('e.1'), text('e.2')])
})

test('who is there is told last', () => {
  const there: Signal = { type: 'message', event: 'members', data: '{"size":7}' }
  begin('e.1')
  remote.join()
  remote.receive({ generation: 1, op: 'welcome', turn: 1, where: 'worker', state: state('open'), last: 'e.2', missed: [text('e.2')], there })
  expect(signals).toEqual([state('open'), text('e.2'), there])
})

test('the answer to an earlier question is not listened to', () => {
  begin('e.1')
  remote.join()
  remote.join()
  remote.receive({ generation: 1, op: 'welcome', turn: 1, where: 'worker', state: state('open'), last: 'e.2', missed: [text('e.2')], there: undefined })
  hear(text('e.3'))
  expect(signals).toEqual([])
  welcome('e.3', [text('e.2'), text('e.3')])
  expect(signals).toEqual([state('open'), text('e.2'), text('e.3')])
})

test('a hub that is behind repeats nothing: text, bytes, positions', () => {
  begin('e.1')
  welcome('e.1', [])
  const once = [text('e.2'), bytes('e.3'), position('e.4'), text('e.5'), bytes('e.6'), text('e.7')]
  hear(...once.slice(0, 4))
  hello()
  welcome('e.1')
  hear(position('e.1'), ...once)
  expect(signals.filter(({ type }) => type !== 'state')).toEqual(once)
})

test('a hub that is behind with ids that are no positions', () => {
  begin('a')
  welcome('a', [])
  hear(text('b'), text('c'))
  hello()
  welcome('a')
  hear(text('b'), text('c'), text('d'), text('b'))
  expect(signals.filter(({ type }) => type === 'message')).toEqual([text('b'), text('c'), text('d'), text('b')])
})

test('what has no id is not held back while a hub catches up', () => {
  begin('e.1')
  welcome('e.1', [])
  hear(text('e.2'))
  hello()
  welcome('e.1')
  const greeting: Signal = { type: 'message', event: 'hi', data: 'hi' }
  signals = []
  hear(greeting, text('e.2'), greeting, text('e.3'))
  expect(signals).toEqual([greeting, greeting, text('e.3')])
})

test('acknowledgements pass', () => {
  begin('e.2')
  welcome('e.1')
  hear({ type: 'ack', id: 'a' })
  expect(signals.at(-1)).toEqual({ type: 'ack', id: 'a' })
})

test('positions may go back where rooms do, as long as the hub stays', () => {
  welcome('e.5', [])
  hear(text('e.6'), text('e.2'), text('e.3'))
  expect(signals.filter(({ type }) => type === 'message')).toEqual([text('e.6'), text('e.2'), text('e.3')])
})

test('a gap that a hub is told while it is behind is no reason to hear anything twice', () => {
  begin('e.9')
  welcome('e.1')
  signals = []
  hear({ type: 'gap', data: '{}' }, position('e.5'), text('e.6'), text('e.9'), text('e.10'))
  expect(signals).toEqual([{ type: 'gap', data: '{}' }, text('e.10')])
  begin('e.9')
  welcome('e.1')
  signals = []
  hear({ type: 'gap', data: '{}', id: 'e.5' }, text('e.9'), { type: 'gap', data: '{}', id: 'e.12' }, text('e.13'))
  expect(signals).toEqual([{ type: 'gap', data: '{}', id: 'e.12' }, text('e.13')])
})

test('a gap of the server ends catching up', () => {
  begin('e.9')
  welcome('e.1')
  hear({ type: 'gap', data: '{}' }, position('f.2'), text('f.3'))
  expect(signals.slice(-3)).toEqual([{ type: 'gap', data: '{}' }, position('f.2'), text('f.3')])
})

test('each hub is told where this is; a new one is seen as a connection that is made anew', () => {
  begin('e.1')
  remote.join()
  welcome('e.1', [])
  hear(text('e.2'))
  hello()
  welcome('e.2', [], state('connecting'))
  hear(state('open'))
  expect(said.map(message => message.op === 'join' && message.last)).toEqual(['e.1', 'e.2'])
  expect(signals).toEqual([state('open'), text('e.2'), state('connecting'), state('open')])
})

test('what the hub does not have any more is a gap', () => {
  begin('e.1')
  welcome('e.9')
  expect(signals).toEqual([state('open'), { type: 'gap', data: '{"from":"e.1","to":"e.9","reason":"expired"}' }, position('e.9')])
})

test('pause is said once, and again with each join', () => {
  remote.pause(true)
  remote.pause(true)
  hello()
  expect(said).toEqual([{ op: 'rest', from: 'me', paused: true, held: false }, expect.objectContaining({ op: 'join', paused: true })])
})
