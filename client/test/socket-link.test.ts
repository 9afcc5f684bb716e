import { describe, expect, test } from 'vitest'
import type { Signal, Source, SourceOptions } from '../src/signal'
import { socketSource } from '../src/socket-link'
import { FakeSocket, fakeSocket, inFakeTime, pass, reason, settle, states } from './fakes'

const URL = 'https://app.example/chat?room=a'
let signals: Signal[]
let source: Source

const start = async (options: SourceOptions = {}, url = URL) => {
  signals = []
  source = socketSource(url, { WebSocket: fakeSocket(), ...options }, signal => signals.push(signal))
  source.open()
  await settle()
}
const open = async (options: SourceOptions = {}) => {
  await start(options)
  FakeSocket.last.open()
  signals.length = 0
}

inFakeTime(() => source.close())

describe('the handshake', () => {
  test.each([
    ['http://app.example/chat', 'ws://app.example/chat'],
    ['https://app.example/chat', 'wss://app.example/chat'],
    ['ws://app.example/chat', 'ws://app.example/chat'],
    ['wss://app.example/chat?a=1', 'wss://app.example/chat?a=1'],
  ])('%s is opened as %s', async (from, to) => {
    await start({}, from)
    expect(FakeSocket.last.url).toBe(to)
    expect(FakeSocket.last.binaryType).toBe('arraybuffer')
  })

  test('offers millrace.v1 first, then the own ones, then the token', async () => {
    await start({ protocols: ['table.v2', 'table.v1'], token: () => 'abc.def-_' })
    expect(FakeSocket.last.protocols).toEqual(['millrace.v1', 'table.v2', 'table.v1', 'millrace-token.abc.def-_'])
  })

  test('has the position in the query, and a fresh token, at each attempt', async () => {
    let n = 0
    await start({ token: () => `t${++n}`, lastEventId: 'ep.1' })
    expect(FakeSocket.last.url).toBe('wss://app.example/chat?room=a&lastEventId=ep.1')
    FakeSocket.last.open().receive({ id: 'ep.2 &ü' }).end()
    await settle()
    await pass(500)
    expect(FakeSocket.last.url).toBe('wss://app.example/chat?room=a&lastEventId=ep.2+%26%C3%BC')
    expect(FakeSocket.all.map(each => each.protocols.at(-1))).toEqual(['millrace-token.t1', 'millrace-token.t2'])
  })

  test('a token that cannot be a subprotocol ends it, and is not in the message', async () => {
    await start({ token: () => 'secret==' })
    expect(reason(signals)).toMatchObject({ terminal: true, message: `${URL}: SyntaxError (expected: a URL and subprotocols that a WebSocket can have)` })
    expect(reason(signals)?.message).not.toContain('secret')
  })

  test('a server that chooses another subprotocol is fine without an outbox, and the end with one', async () => {
    await start()
    FakeSocket.last.open('table.v1')
    expect(states(signals)).toEqual(['connecting', 'open'])
    await start({ outbox: true })
    FakeSocket.last.open('table.v1')
    await settle()
    expect(states(signals)).toEqual(['connecting', 'closed'])
    expect(reason(signals)?.message).toBe(`${URL}: subprotocol "table.v1" (expected: millrace.v1, for the outbox)`)
    expect(FakeSocket.last.closed).toEqual([undefined, undefined])
  })
})

describe('what comes', () => {
  const bytes = new Uint8Array([1, 2]).buffer
  const text = (data: string): Signal => ({ type: 'message', event: 'message', data })

  test.each<[string, unknown, Signal[]]>([
    ['text', 'ready', [text('ready')]],
    ['bytes', bytes, [{ type: 'message', event: 'message', data: bytes }]],
    ['JSON that is no object', '[{"id":"1"}]', [text('[{"id":"1"}]')]],
    ['an object', '{"name":"Ann"}', [text('{"name":"Ann"}')]],
    ['a position', '{"id":"ep.16"}', [{ type: 'position', id: 'ep.16' }]],
    ['a message with a position', '{"id":"ep.17","data":"hi"}', [{ type: 'message', event: 'message', data: 'hi', json: true, id: 'ep.17' }]],
    ['a named event', '{"event":"joined","data":{"a":[1]}}', [{ type: 'message', event: 'joined', data: { a: [1] }, json: true }]],
    ['all three, in another order, with spaces', ' {\n "data" : null, "id": "2", "event": "x" }', [{ type: 'message', event: 'x', data: null, json: true, id: '2' }]],
    ['an event without data', '{"event":"x"}', [{ type: 'message', event: 'x', data: undefined, json: true }]],
    ['a gap', '{"event":"gap","data":{"from":"a.1","to":"a.9","reason":"expired"}}', [{ type: 'gap', event: 'gap', data: { from: 'a.1', to: 'a.9', reason: 'expired' }, json: true }]],
    ['a gap with a position', '{"event":"gap","id":"a.9","data":{}}', [{ type: 'gap', event: 'gap', data: {}, json: true, id: 'a.9' }]],
    ['an object with one key more', '{"id":"1","data":1,"more":2}', [text('{"id":"1","data":1,"more":2}')]],
    ['an id that is a number', '{"id":1,"data":2}', [text('{"id":1,"data":2}')]],
    ['data alone', '{"data":2}', [text('{"data":2}')]],
    ['what only begins like an envelope', '{"id":"1",', [text('{"id":"1",')]],
    ['a number of bytes that is none', '{"id":"1","binary":"2"}', [text('{"id":"1","binary":"2"}')]],
    ['an announcement with one key more', '{"id":"1","binary":2,"data":1}', [text('{"id":"1","binary":2,"data":1}')]],
    ['a key of the prototype', '{"id":"1","__proto__":{}}', [text('{"id":"1","__proto__":{}}')]],
    ['an acknowledgement that nobody asked for', '{"ack":"c.1"}', [text('{"ack":"c.1"}')]],
  ])('%s', async (_, data, expected) => {
    await open()
    FakeSocket.last.receive(data)
    expect(signals).toEqual(expected)
  })

  test('bytes have the position that announced them', async () => {
    await open()
    FakeSocket.last.receive('{"id":"ep.18","binary":2}')
    expect(signals).toEqual([])
    FakeSocket.last.receive(bytes).receive(bytes).receive('{"id":"ep.19","binary":0}').receive(new ArrayBuffer(0))
    const message = { type: 'message', event: 'message', data: bytes } as const
    expect(signals).toEqual([{ ...message, id: 'ep.18' }, message, { ...message, data: new ArrayBuffer(0), id: 'ep.19' }])
  })

  test.each([
    ['text', 'hi', text('hi')],
    ['bytes of another length', new ArrayBuffer(3), { type: 'message', event: 'message', data: new ArrayBuffer(3) }],
  ])('an announcement that %s follows is not theirs', async (_, data, expected) => {
    await open()
    FakeSocket.last.receive('{"id":"ep.18","binary":2}').receive(data).receive(bytes)
    expect(signals).toEqual([expected, { type: 'message', event: 'message', data: bytes }])
  })

  test('cut between an announcement and its bytes, it goes on before them', async () => {
    await open({ lastEventId: 'ep.17' })
    FakeSocket.last.receive('{"id":"ep.18","binary":2}').end()
    await settle()
    await pass(500)
    expect(FakeSocket.last.url).toContain('lastEventId=ep.17')
    FakeSocket.last.open().receive(bytes)
    expect(signals.at(-1)).toEqual({ type: 'message', event: 'message', data: bytes })
  })

  test('an acknowledgement, with an outbox', async () => {
    await open({ outbox: true })
    FakeSocket.last.receive('{"ack":"c.1"}').receive('{"ack":"c.1","id":"2"}').receive('{"ack":1}')
    expect(signals).toEqual([{ type: 'ack', id: 'c.1' }, text('{"ack":"c.1","id":"2"}'), text('{"ack":1}')])
  })
})

describe('close codes', () => {
  test.each<[number, string, boolean]>([
    [1000, '', true],
    [1001, '', false],
    [1002, '', true],
    [1003, '', true],
    [1005, '', false],
    [1006, '', false],
    [1007, '', true],
    [1008, 'too many messages', true],
    [1009, '', true],
    [1010, '', true],
    [1011, 'internal error', false],
    [1012, '', false],
    [1013, '', false],
    [1014, '', false],
    [3000, '', true],
    [4000, '400 Bad Request', true],
    [4000, '404 Not Found', true],
    [4000, '410 Gone', true],
    [4000, '', true],
    [4000, '408 Request Timeout', false],
    [4000, '425 Too Early', false],
    [4000, '429 Too Many Requests', false],
    [4000, '500 Internal Server Error', false],
    [4000, '503 Service Unavailable', false],
    [4001, '401 Unauthorized', true],
    [4003, '403 Forbidden', true],
    [4999, 'mine', true],
  ])('%i %s ends it: %s', async (code, text, terminal) => {
    await open()
    FakeSocket.last.end(code, text)
    await settle()
    expect(states(signals)).toEqual([terminal ? 'closed' : 'waiting 500'])
    expect(reason(signals)).toMatchObject({
      code,
      terminal,
      clean: code === 1000,
      message: `${URL}: closed with ${code} ${text}`,
    })
  })

  test.each([
    [4000, '404 Not Found', 404],
    [4000, 'no status', NaN],
    [4001, '', 401],
    [4003, '403 Forbidden', 403],
    [4004, '404', undefined],
  ])('%i %s tells the status %s', async (code, text, status) => {
    await open()
    FakeSocket.last.end(code, text)
    await settle()
    expect(reason(signals)?.status).toBe(status)
  })

  test.each([
    [4000, '429 Too Many Requests, Retry-After: 7', 'waiting 7000'],
    [1013, 'Retry-After: 1', 'waiting 1000'],
    [4000, '503 Service Unavailable, Retry-After: soon', 'waiting 500'],
    [4000, '404 Not Found, Retry-After: 7', 'closed'],
  ])('%i %s: %s', async (code, text, state) => {
    await open()
    FakeSocket.last.end(code, text)
    await settle()
    expect(states(signals)).toEqual([state])
  })

  test('4001 is answered by one fresh token', async () => {
    let n = 0
    await open({ token: () => `t${++n}` })
    FakeSocket.last.end(4001, '401 Unauthorized')
    await settle()
    expect(FakeSocket.last.protocols).toEqual(['millrace.v1', 'millrace-token.t2'])
    FakeSocket.last.open().end(4001, '401 Unauthorized')
    await settle()
    expect(states(signals)).toEqual(['connecting', 'open', 'closed'])
    expect(reason(signals)).toMatchObject({ code: 4001, status: 401 })
  })

  test('a handshake that fails is tried again', async () => {
    await start()
    FakeSocket.last.end(1006)
    await settle()
    expect(states(signals)).toEqual(['connecting', 'waiting 500'])
  })
})

describe('what is sent', () => {
  test('as it is, without an acknowledgement', async () => {
    await open()
    const bytes = new ArrayBuffer(2)
    source.send!('a')
    source.send!('{"a":1}')
    source.send!(bytes)
    expect(FakeSocket.last.sent).toEqual(['a', '{"a":1}', bytes])
  })

  test('behind a line with its name, with one', async () => {
    await open({ outbox: true })
    source.send!('say "a"', 'c.1')
    source.send!('{"a":1}', 'c.2')
    source.send!(new Uint8Array([0, 65]).buffer, 'c.3')
    const sent = FakeSocket.last.sent as (string | Blob)[]
    expect(sent.slice(0, 2)).toEqual(['{"send":"c.1"}\nsay "a"', '{"send":"c.2"}\n{"a":1}'])
    expect(await (sent[2] as Blob).text()).toBe('{"send":"c.3"}\n\0A')
  })

  test('only while it is open: before and after it is thrown away', async () => {
    await start()
    source.send!('early')
    FakeSocket.last.open()
    source.check(Infinity)
    source.send!('late')
    await settle()
    source.send!('early again')
    expect(FakeSocket.all.map(each => each.sent)).toEqual([[], []])
  })

  test('when more than 16 MiB wait to leave the connection is taken for stuck', async () => {
    await open()
    FakeSocket.last.bufferedAmount = (1 << 24) + 1
    source.send!('a')
    await settle()
    expect(states(signals)).toEqual(['waiting 500'])
    expect(FakeSocket.last.sent).toEqual([])
    expect(FakeSocket.last.closed).toEqual([undefined, undefined])
  })
})

test('a silent socket that is open is left alone: the browser does not show pings', async () => {
  await open()
  await pass(1_000_000)
  expect(signals).toEqual([])
})

test('closing passes the code on', async () => {
  await open()
  source.close(4010, 'bye')
  expect(FakeSocket.last.closed).toEqual([4010, 'bye'])
  FakeSocket.last.end(4010, 'bye')
  expect(states(signals)).toEqual(['closed'])
})
