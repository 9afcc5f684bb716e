import { afterEach, describe, expect, test } from 'vitest'
import { sockets, type Socket, type SocketOptions } from '../src/socket'
import { socketSource } from '../src/socket-link'
import { FakeSource } from './fake-source'
import { FakeSocket, fakeSocket, inFakeTime, pass, settle } from './fakes'

const URL = 'https://app.example/chat'
const opened: Socket[] = []
const make = (options: SocketOptions = {}) => {
  const source = new FakeSource()
  const socket = sockets(source.factory)(URL, options)
  opened.push(socket)
  return { socket, source }
}

const closeAll = () => opened.splice(0).forEach(socket => socket.close())
afterEach(closeAll)

describe('send', () => {
  test.each<[string, unknown, unknown]>([
    ['text as it is', '{"a":1}', '{"a":1}'],
    ['an object as JSON', { a: 1 }, '{"a":1}'],
    ['null as JSON', null, 'null'],
    ['a number as JSON', 0, '0'],
    ['an ArrayBuffer as bytes', new Uint8Array([1, 2]).buffer, new Uint8Array([1, 2]).buffer],
    ['a part of a typed array as its bytes', new Uint8Array([1, 2, 3, 4]).subarray(1, 3), new Uint8Array([2, 3]).buffer],
    ['wider elements as their bytes', new Uint16Array([0x0201]), new Uint8Array([1, 2]).buffer],
    ['a DataView as its bytes', new DataView(new Uint8Array([1, 2, 3]).buffer, 2), new Uint8Array([3]).buffer],
  ])('writes %s', (_, data, written) => {
    const { socket, source } = make()
    source.state('open')
    expect(socket.send(data)).toBe(undefined)
    expect(source.of('send')).toEqual([[written, undefined]])
  })

  test.each([undefined, () => {}, Symbol.iterator, new Blob(['a'])])('refuses %s', data => {
    const { socket, source } = make()
    source.state('open')
    expect(() => socket.send(data)).toThrow(TypeError)
    expect(source.of('send')).toEqual([])
  })

  test.each(['connecting', 'waiting', 'paused', 'closed'] as const)('throws while %s without an outbox', state => {
    const { socket, source } = make()
    source.state(state, { reason: { message: '', terminal: true } })
    expect(() => socket.send('a')).toThrow(`send: the socket is ${state} (expected: open, or an outbox)`)
  })
})

describe('outbox', () => {
  test('keeps what is sent while down, and sends it in order, before what listeners of open send', () => {
    const { socket, source } = make({ outbox: true })
    const ids = [socket.send('a'), socket.send({ b: 1 })]
    // The source is told, too: it knows better whether it is open.
    source.calls.length = 0
    socket.on('open', () => socket.send('c'))
    source.state('open')
    expect(source.of('send').map(([data]) => data)).toEqual(['a', '{"b":1}', 'c'])
    expect(source.of('send').slice(0, 2).map(([, ack]) => ack)).toEqual(ids)
    expect(socket.pending).toBe(3)
  })

  test('names messages by 128 random bits and a number from 1', () => {
    const { socket } = make({ outbox: true })
    const [one, two] = [socket.send('a')!, socket.send('b')!]
    expect(one).toMatch(/^[\w-]{22}\.1$/)
    expect(two).toBe(one.replace('.1', '.2'))
    expect(make({ outbox: true }).socket.send('a')).not.toBe(one)
  })

  test('sends again what was not acknowledged, and nothing else', () => {
    const { socket, source } = make({ outbox: true })
    const acks: unknown[] = []
    socket.on('ack', event => acks.push(event))
    source.state('open')
    const [a, b, c] = ['a', 'b', 'c'].map(each => socket.send(each))
    source.emit({ type: 'ack', id: b! })
    source.emit({ type: 'ack', id: b! })
    source.emit({ type: 'ack', id: 'another-tab.1' })
    expect(acks).toEqual([{ type: 'ack', id: b, lastEventId: '' }])
    source.state('waiting', { delay: 1, reason: { message: '', terminal: false } })
    source.calls.length = 0
    source.state('open')
    expect(source.of('send').map(([data, ack]) => [data, ack])).toEqual([['a', a], ['c', c]])
    source.emit({ type: 'ack', id: a! })
    source.emit({ type: 'ack', id: c! })
    expect(socket.pending).toBe(0)
  })

  test('keeps 100 messages, then send throws, and nothing that was kept is lost', () => {
    const { socket, source } = make({ outbox: {} })
    const ids = Array.from({ length: 100 }, () => socket.send('x')!)
    expect(() => socket.send('y')).toThrow('outbox: 101 messages, 202 bytes (expected: at most 100, 1048576)')
    source.emit({ type: 'ack', id: ids[0]! })
    expect(socket.send('z')).toMatch(/\.101$/)
    expect(socket.pending).toBe(100)
  })

  test('keeps 1 MiB, counting two bytes for a character', () => {
    const { socket, source } = make({ outbox: true })
    const id = socket.send('x'.repeat(1 << 19))!
    expect(() => socket.send(new Uint8Array(1))).toThrow('outbox: 2 messages, 1048577 bytes')
    source.emit({ type: 'ack', id })
    socket.send(new ArrayBuffer(1 << 20))
    expect(() => socket.send('')).not.toThrow()
    expect(() => socket.send('x')).toThrow('outbox: ')
  })

  test('has limits of its own', () => {
    const { socket } = make({ outbox: { limit: 1, bytes: 4 } })
    expect(() => socket.send('abc')).toThrow('outbox: 1 messages, 6 bytes (expected: at most 1, 4)')
    socket.send('ab')
    expect(() => socket.send('')).toThrow('outbox: 2 messages')
  })

  test('keeps bytes as they were when they were sent', () => {
    const { socket, source } = make({ outbox: true })
    const bytes = new Uint8Array([1])
    socket.send(bytes)
    socket.send(bytes.buffer)
    bytes[0] = 2
    source.calls.length = 0
    source.state('open')
    expect(source.of('send').map(([data]) => new Uint8Array(data as ArrayBuffer)[0])).toEqual([1, 1])
  })

  test('a socket that is closed takes nothing', () => {
    const { socket } = make({ outbox: true })
    socket.close()
    expect(() => socket.send('a')).toThrow('send: the socket is closed')
    expect(socket.pending).toBe(0)
  })

  test('the source is told that there is one', () => {
    expect(make({ outbox: true }).source.options.outbox).toBe(true)
    expect(make({ outbox: {} }).source.options.outbox).toBe(true)
    expect(make().source.options.outbox).toBe(false)
  })
})

test('close passes code and reason on', () => {
  const { socket, source } = make()
  socket.close(4010, 'bye')
  expect(source.of('close')).toEqual([[4010, 'bye']])
  expect(socket.state).toBe('closed')
})

describe('over a real link', () => {
  inFakeTime(closeAll)

  test('each message is acknowledged once however often the connection breaks', async () => {
    const socket = sockets(socketSource)(URL, { WebSocket: fakeSocket(), outbox: true })
    opened.push(socket)
    const acks: string[] = []
    socket.on('ack', event => acks.push(event.id))
    const sent = [socket.send('1')!]
    const handled = new Set<string>()
    const order: string[] = []
    for (let n = 2; n <= 6; n++) {
      await pass(30_000)
      const server = FakeSocket.last.open()
      sent.push(socket.send(`${n}`)!)
      // The server is given all of them, and the answer to the last is lost.
      const ids = server.sent.map(each => JSON.parse((each as string).split("\n")[0]!).send as string)
      for (const id of ids) if (!handled.has(id) && handled.add(id)) order.push(id)
      ids.slice(0, -1).forEach(id => server.receive({ ack: id }))
      server.end()
      await settle()
    }
    expect(order).toEqual(sent)
    expect(acks).toEqual(sent.slice(0, -1))
    expect(socket.pending).toBe(1)
  })

  test('a listener of close may open another', async () => {
    const options = { WebSocket: fakeSocket() }
    const socket = sockets(socketSource)(URL, options)
    socket.on('close', () => opened.push(sockets(socketSource)(URL, options)))
    await settle()
    FakeSocket.last.open().end(1000)
    await settle()
    expect(FakeSocket.all).toHaveLength(2)
  })
})
