import { describe, expect, test, vi } from 'vitest'
import type { Signal, Source, SourceOptions } from '../src/signal'
import { streamSource } from '../src/stream-link'
import { fakeFetch, inFakeTime, pass, reason, settle, states } from './fakes'

const URL = 'https://app.example/news'
let server: ReturnType<typeof fakeFetch>
let signals: Signal[]
let source: Source

const open = async (options: SourceOptions = {}) => {
  server = fakeFetch()
  signals = []
  source = streamSource(URL, { fetch: server.fetch, ...options }, signal => signals.push(signal))
  source.open()
  await settle()
}
const messages = () => signals.flatMap(signal => (signal.type === 'message' ? [signal.data] : []))

inFakeTime(() => source.close())

describe('the request', () => {
  test("asks for a stream, uncached, and leaves cookies to fetch's own rule", async () => {
    await open()
    const { url, headers, init } = server.last
    expect(url).toBe(URL)
    expect([...headers]).toEqual([['accept', 'text/event-stream']])
    expect(init).toMatchObject({ cache: 'no-store', signal: expect.any(AbortSignal) })
  })

  test('has the headers that were given, the token and the position', async () => {
    await open({ headers: { 'X-Tenant': 'a' }, token: () => 'secret', lastEventId: 'ep.7', credentials: 'include' })
    expect([...server.last.headers]).toEqual([
      ['accept', 'text/event-stream'],
      ['authorization', 'Bearer secret'],
      ['last-event-id', 'ep.7'],
      ['x-tenant', 'a'],
    ])
    expect(server.last.init.credentials).toBe('include')
  })

  test('asks a callback for headers at each attempt', async () => {
    let n = 0
    await open({ headers: async () => ({ 'X-N': `${++n}` }) })
    server.last.fail()
    await pass(500)
    expect(server.requests.map(each => each.headers.get('X-N'))).toEqual(['1', '2'])
  })

  test('writes a position that is not ASCII as UTF-8, as EventSource does', async () => {
    await open({ lastEventId: 'ü€' })
    expect(server.last.headers.get('Last-Event-ID')).toBe('\xc3\xbc\xe2\x82\xac')
  })
})

describe('resuming', () => {
  test('goes on behind the last position that was told, with an event or alone', async () => {
    await open()
    server.last.answer().push('id: ep.1\n\n')
    await settle()
    server.last.fail()
    await pass(500)
    expect(server.last.headers.get('Last-Event-ID')).toBe('ep.1')
    server.last.answer().push('id: ep.2\ndata: a\n\ndata: b\n\n')
    await settle()
    server.last.fail()
    await pass(1000)
    expect(server.last.headers.get('Last-Event-ID')).toBe('ep.2')
  })

  test('keeps the position over a gap', async () => {
    await open({ lastEventId: 'ep.1' })
    server.last.answer().push('event: gap\ndata: {"from":"ep.1"}\n\n')
    await settle()
    expect(signals.at(-1)).toEqual({ type: 'gap', event: 'gap', data: '{"from":"ep.1"}' })
    server.last.end()
    await pass(500)
    expect(server.last.headers.get('Last-Event-ID')).toBe('ep.1')
  })

  test('an empty id takes the position back', async () => {
    await open({ lastEventId: 'ep.1' })
    server.last.answer().push('id\n\n')
    await settle()
    server.last.end()
    await pass(500)
    expect(server.last.headers.has('Last-Event-ID')).toBe(false)
  })

  test('the id of an event that was cut is not the position', async () => {
    await open({ lastEventId: 'ep.1' })
    server.last.answer().push('id: ep.2\ndata: half')
    await settle()
    server.last.end()
    await pass(500)
    expect(messages()).toEqual([])
    expect(server.last.headers.get('Last-Event-ID')).toBe('ep.1')
  })

  test('what was left of the old connection is not put before the new one', async () => {
    await open()
    server.last.answer().push('data: half').push(new Uint8Array([0xe2, 0x82]))
    await settle()
    server.last.fail()
    await pass(500)
    server.last.answer().push('data: whole\n\n')
    await settle()
    expect(messages()).toEqual(['whole'])
  })
})

describe('answers', () => {
  test.each([
    [204, true],
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [405, false],
    [406, false],
    [410, false],
    [206, false],
  ])('%i ends it', async (status, clean) => {
    await open()
    server.last.answer({ status, type: status === 204 ? null : 'application/problem+json' })
    await settle()
    expect(states(signals)).toEqual(['connecting', 'closed'])
    expect(reason(signals)).toEqual({
      message: `${URL}: ${status} ${clean ? null : 'application/problem+json'} (expected: 200 text/event-stream)`,
      status,
      terminal: true,
      clean,
    })
    expect(server.last.aborted).toBe(true)
    await pass(120_000)
    expect(server.requests).toHaveLength(1)
  })

  test.each([408, 425, 429, 500, 502, 503, 504])('%i is tried again', async status => {
    await open()
    server.last.answer({ status, type: 'text/html' })
    await settle()
    expect(states(signals)).toEqual(['connecting', 'waiting 500'])
    expect(reason(signals)).toMatchObject({ status, terminal: false })
    expect(server.last.aborted).toBe(true)
    await pass(500)
    expect(server.requests).toHaveLength(2)
  })

  test('HTML with 200 ends it, and both types are named', async () => {
    await open()
    server.last.answer({ type: 'text/html; charset=utf-8' })
    await settle()
    expect(reason(signals)).toEqual({
      message: `${URL}: 200 text/html; charset=utf-8 (expected: 200 text/event-stream)`,
      status: 200,
      terminal: true,
      clean: false,
    })
  })

  test('a redirect to log-in ends it, and says where it led', async () => {
    await open()
    server.last.answer({ type: 'text/html', url: 'https://app.example/login?next=news' })
    await settle()
    expect(reason(signals)?.message).toBe(
      `${URL} led to https://app.example/login?next=news: 200 text/html (expected: 200 text/event-stream)`,
    )
    expect(states(signals)).toEqual(['connecting', 'closed'])
  })

  test('a redirect to another stream is followed', async () => {
    await open()
    server.last.answer({ url: 'https://app.example/news/2' }).push('data: a\n\n')
    await settle()
    expect(messages()).toEqual(['a'])
  })

  test.each([
    ['text/event-stream', true],
    ['text/event-stream;charset=utf-8', true],
    ['Text/Event-Stream ; charset=UTF-8', true],
    ['text/event-streams', false],
    ['text/plain', false],
    ['application/json; x=text/event-stream', false],
  ])('the content type %s is a stream: %s', async (type, good) => {
    await open()
    server.last.answer({ type })
    await settle()
    expect(states(signals)).toEqual(['connecting', good ? 'open' : 'closed'])
  })

  test('a head that was cut before its content type is a loss', async () => {
    await open()
    server.last.answer({ type: null })
    await settle()
    expect(states(signals)).toEqual(['connecting', 'waiting 500'])
    expect(reason(signals)?.message).toContain('200 null (expected')
    expect(reason(signals)?.terminal).toBe(false)
  })

  test('Retry-After wins over the backoff, in seconds and as a date', async () => {
    await open()
    server.last.answer({ status: 503, headers: { 'Retry-After': '7' } })
    await settle()
    expect(states(signals).at(-1)).toBe('waiting 7000')
    await pass(6_999)
    expect(server.requests).toHaveLength(1)
    await pass(1)
    server.last.answer({ status: 429, headers: { 'Retry-After': new Date(Date.now() + 60_000).toUTCString() } })
    await settle()
    expect(states(signals).at(-1)).toBe('waiting 60000')
  })

  test("the stream's retry wins", async () => {
    await open()
    server.last.answer().push('retry: 1234\n\n')
    await settle()
    server.last.end()
    await settle()
    expect(states(signals).at(-1)).toBe('waiting 1234')
  })
})

describe('bad input', () => {
  const text = '\ufeffid: ü.1\ndata: 😀é€\n\ndata: x\r\rdata: y\r\n\r\n'
  const bytes = new TextEncoder().encode(text)

  test('half a character: the same bytes cut at every place are the same events', async () => {
    for (let at = 1; at < bytes.length; at++) {
      await open()
      server.last.answer().push(bytes.slice(0, at))
      await settle()
      server.last.push(bytes.slice(at))
      await settle()
      expect(messages(), `cut at ${at}`).toEqual(['😀é€', 'x', 'y'])
      source.close()
    }
  })

  test('bytes that are no UTF-8 are replaced, and cost nothing else', async () => {
    await open()
    server.last.answer().push(new Uint8Array([...new TextEncoder().encode('data: a'), 0xff, 0xc3])).push('\n\ndata: b\n\n')
    await settle()
    expect(messages()).toEqual(['a\ufffd\ufffd', 'b'])
  })

  test('a CR at the end of a chunk ends the line at once', async () => {
    await open()
    server.last.answer().push('data: a\r\n\r')
    await settle()
    expect(messages()).toEqual(['a'])
    server.last.push('\ndata: b\r\n\r\n')
    await settle()
    expect(messages()).toEqual(['a', 'b'])
  })

  test('no final blank line: the event is dropped, and the stream resumed', async () => {
    await open()
    server.last.answer().push('data: a\n\nid: 9\ndata: b\n')
    await settle()
    server.last.end()
    await settle()
    expect(messages()).toEqual(['a'])
    expect(states(signals)).toEqual(['connecting', 'open', 'waiting 500'])
  })

  test('an event of 10 MB is read', async () => {
    await open()
    const piece = 'x'.repeat(50_000)
    server.last.answer().push('data: ')
    for (let n = 0; n < 200; n++) server.last.push(piece)
    server.last.push('\n\n')
    await vi.waitFor(() => expect((messages()[0] as string)?.length).toBe(10_000_000))
  })

  test('an event above the limit ends it: it would come again', async () => {
    await open({ maxEvent: 100 })
    server.last.answer().push('data: ' + 'x'.repeat(101))
    await settle()
    expect(reason(signals)).toEqual({ message: `${URL}: RangeError: an event is longer than 100 characters`, terminal: true })
    expect(server.last.aborted).toBe(true)
  })

  test('a proxy that cuts after 60 s costs nothing but the wait', async () => {
    await open()
    for (let n = 1; n <= 3; n++) {
      expect(server.last.headers.get('Last-Event-ID')).toBe(n === 1 ? null : `${n - 1}`)
      server.last.answer().push(`id: ${n}\ndata: ${n}\n\n`)
      for (let beat = 0; beat < 4; beat++) {
        await pass(15_000)
        server.last.push(':\n\n')
      }
      await settle()
      server.last.fail(new TypeError('network error'))
      await settle()
      expect(states(signals).at(-1)).toBe('waiting 500')
      await pass(500)
    }
    expect(messages()).toEqual(['1', '2', '3'])
  })

  test('a proxy that buffers is noticed as silence', async () => {
    await open()
    server.last.answer()
    await settle()
    await pass(44_999)
    expect(states(signals)).toEqual(['connecting', 'open'])
    await pass(1)
    expect(states(signals)).toEqual(['connecting', 'open', 'waiting 500'])
    expect(reason(signals)?.message).toBe(`${URL}: silent for 45000 ms`)
    expect(server.requests[0]!.aborted).toBe(true)
  })

  test('a byte ends the silence, whatever it is', async () => {
    await open({ silence: 1000 })
    server.last.answer()
    for (let n = 0; n < 10; n++) {
      await pass(999)
      server.last.push(':')
      await settle()
    }
    expect(states(signals)).toEqual(['connecting', 'open'])
  })

  test('a server that does not answer is given up', async () => {
    await open()
    await pass(45_000)
    expect(states(signals)).toEqual(['connecting', 'waiting 500'])
    expect(server.last.aborted).toBe(true)
  })
})

describe('holding', () => {
  test('reading stops and goes on; the connection stays, and its silence is not counted', async () => {
    await open()
    server.last.answer().push('data: a\n\n')
    await settle()
    source.hold!(true)
    server.last.push('data: b\n\n').push('data: c\n\n').push('data: d\n\n')
    await pass(100_000)
    expect(messages()).toEqual(['a'])
    // One read was under way.
    expect(server.last.unread).toBe(2)
    source.hold!(false)
    await settle()
    expect(messages()).toEqual(['a', 'b', 'c', 'd'])
    await pass(44_999)
    expect(states(signals)).toEqual(['connecting', 'open'])
    await pass(1)
    expect(states(signals).at(-1)).toBe('waiting 500')
  })

  test('a connection that dies before the next byte is noticed while held, and after', async () => {
    await open()
    server.last.answer()
    await settle()
    source.hold!(true)
    await pass(45_000)
    expect(states(signals)).toEqual(['connecting', 'open', 'waiting 500'])
    await pass(500)
    server.last.answer().push('data: a\n\n')
    await pass(100_000)
    expect(states(signals).at(-1)).toBe('open')
    source.hold!(false)
    await settle()
    expect(messages()).toEqual(['a'])
    await pass(44_999)
    expect(states(signals).at(-1)).toBe('open')
    await pass(1)
    expect(states(signals).at(-1)).toBe('waiting 500')
  })

  test('a server that does not answer is given up also while held', async () => {
    await open()
    source.hold!(true)
    await pass(45_000)
    expect(states(signals)).toEqual(['connecting', 'waiting 500'])
  })
})
