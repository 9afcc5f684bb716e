import { afterEach, describe, expect, expectTypeOf, test, vi } from 'vitest'
import type { LiveEvent, StreamOptions } from '../src/live'
import { streams, type Stream } from '../src/stream'
import { streamSource } from '../src/stream-link'
import { FakeSource } from './fake-source'
import { fakeFetch } from './fakes'

const URL = 'https://app.example/news'
const opened: Stream[] = []
const make = <Events extends object = Record<string, any>>(options: StreamOptions = {}, source = new FakeSource()) => {
  const stream = streams(source.factory)<Events>(URL, options)
  opened.push(stream as Stream)
  return { stream, source }
}
const heard = (stream: Stream<any>, ...types: string[]) => {
  const events: any[] = []
  types.forEach(type => stream.on(type, event => events.push(event)))
  return events
}
/** What it was told about reading, without repetitions. */
const holds = (source: FakeSource) => source.of('hold').map(([on]) => on).filter((on, n, all) => on !== all[n - 1])
const FAILED = { message: 'no', status: 403, terminal: true }

afterEach(() => opened.splice(0).forEach(stream => stream.close()))

describe('events', () => {
  test('go to the listeners of their name, with data, name and position', () => {
    const { stream, source } = make()
    const events = heard(stream, 'message', 'tick')
    source.emit({ type: 'message', event: 'tick', data: '{"n":1}', id: 'ep.1' })
    source.say('hello')
    source.emit({ type: 'message', event: 'other', data: 'x', id: 'ep.2' })
    source.say('bye')
    expect(events).toEqual([
      { type: 'tick', data: { n: 1 }, lastEventId: 'ep.1' },
      { type: 'message', data: 'hello', lastEventId: 'ep.1' },
      { type: 'message', data: 'bye', lastEventId: 'ep.2' },
    ])
    expect(stream.lastEventId).toBe('ep.2')
  })

  test('off, and what on returns, take a listener away; one that is there twice is called once', () => {
    const { stream, source } = make()
    const first = vi.fn()
    const second = vi.fn()
    stream.on('message', first)
    stream.on('message', first)
    const away = stream.on('message', second)
    source.say('a')
    stream.off('message', first)
    away()
    source.say('b')
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1])
  })

  test('a listener that throws stops no other, and is reported as uncaught', () => {
    const { stream, source } = make()
    const uncaught: unknown[] = []
    vi.stubGlobal('reportError', (error: unknown) => uncaught.push(error))
    stream.on('message', () => {
      throw new Error('mine')
    })
    const events = heard(stream, 'message')
    source.say('a', 'b')
    expect(events.map(each => each.data)).toEqual(['a', 'b'])
    expect(uncaught.map(String)).toEqual(['Error: mine', 'Error: mine'])
  })

  test('tell of the connection', () => {
    const { stream, source } = make()
    const events = heard(stream, 'open', 'reconnecting', 'gap', 'error', 'close')
    source.state('open')
    const lost = { message: 'lost', terminal: false }
    source.state('waiting', { delay: 500, reason: lost })
    source.emit({ type: 'position', id: 'a.1' })
    source.emit({ type: 'gap', data: '{"from":"a.1","to":"a.9","reason":"expired"}' })
    source.state('closed', { reason: FAILED })
    source.say('late')
    source.state('open')
    expect(events).toEqual([
      { type: 'open', lastEventId: '' },
      { type: 'reconnecting', delay: 500, reason: lost, lastEventId: '' },
      { type: 'gap', data: { from: 'a.1', to: 'a.9', reason: 'expired' }, lastEventId: 'a.1' },
      { type: 'error', reason: FAILED, lastEventId: 'a.1' },
      { type: 'close', reason: FAILED, lastEventId: 'a.1' },
    ])
    expect(stream.state).toBe('closed')
  })

  test('tell of each change of the state', () => {
    const { stream, source } = make()
    const events = heard(stream, 'connecting', 'open', 'paused')
    for (const state of ['open', 'paused', 'connecting', 'open'] as const) source.state(state)
    expect(events.map(each => each.type)).toEqual(['open', 'paused', 'connecting', 'open'])
  })

  test('the end of the server is no error', () => {
    const { stream, source } = make()
    const events = heard(stream, 'error', 'close')
    const reason = { message: '204', status: 204, terminal: true, clean: true }
    source.state('closed', { reason })
    expect(events).toEqual([{ type: 'close', reason, lastEventId: '' }])
  })

  test("the server's event error goes to the same listeners", () => {
    const { stream, source } = make()
    const events = heard(stream, 'error')
    source.emit({ type: 'message', event: 'error', data: '{"error":"no"}' })
    expect(events).toEqual([{ type: 'error', data: { error: 'no' }, lastEventId: '' }])
  })
})

describe('parse', () => {
  test.each([
    ['{"a":1}', { a: 1 }],
    ['[1]', [1]],
    ['42', 42],
    ['true', true],
    ['null', null],
    ['"a"', 'a'],
    ['', ''],
    ['ready', 'ready'],
    ['{"a":', '{"a":'],
  ])('auto reads %j as %j', (text, data) => {
    const { stream, source } = make()
    const events = heard(stream, 'message')
    source.say(text)
    expect(events[0].data).toEqual(data)
  })

  test('text leaves it as it is', () => {
    const { stream, source } = make({ parse: 'text' })
    const events = heard(stream, 'message')
    source.say('42')
    expect(events[0].data).toBe('42')
  })

  test('json is an error for what is none; the position goes on', () => {
    const { stream, source } = make({ parse: 'json' })
    const events = heard(stream, 'message', 'error')
    source.emit({ type: 'message', event: 'message', data: 'ready', id: '1' })
    source.say('42')
    expect(events).toEqual([
      { type: 'error', error: expect.any(SyntaxError), data: 'ready', lastEventId: '1' },
      { type: 'message', data: 42, lastEventId: '1' },
    ])
  })

  test('a function is given the text, or the value of an envelope, and the name', () => {
    const parse = vi.fn((data: unknown, event: string) => {
      if (data === 'bad') throw new Error('bad')
      return [event, data]
    })
    const { stream, source } = make({ parse })
    const events = heard(stream, 'message', 'tick', 'error', 'gap')
    source.say('1', 'bad')
    source.emit({ type: 'message', event: 'tick', data: { a: 1 }, json: true })
    source.emit({ type: 'gap', data: '{"from":""}' })
    expect(events.map(each => each.error?.message ?? each.data)).toEqual([['message', '1'], 'bad', ['tick', { a: 1 }], { from: '' }])
  })

  test.each(['text', 'json', 'auto'] as const)('%s reads a gap as JSON all the same', parse => {
    const { stream, source } = make({ parse })
    const events = heard(stream, 'gap')
    source.emit({ type: 'gap', data: '{"from":"a.1"}' })
    source.emit({ type: 'gap', event: 'gap', data: { from: 'a.2' }, json: true, id: 'a.9' })
    expect(events.map(each => [each.data.from, each.lastEventId])).toEqual([['a.1', ''], ['a.2', 'a.9']])
  })

  test('values of envelopes and bytes are not parsed again', () => {
    const { stream, source } = make()
    const events = heard(stream, 'message')
    const bytes = new ArrayBuffer(1)
    source.emit({ type: 'message', event: 'message', data: '42', json: true })
    source.emit({ type: 'message', event: 'message', data: bytes })
    expect(events.map(each => each.data)).toEqual(['42', bytes])
  })
})

describe('for await', () => {
  test('gives all events, named ones and gaps too, in order, and ends with close', async () => {
    const { stream, source } = make()
    const seen: unknown[] = []
    const done = (async () => {
      for await (const event of stream) seen.push([event.type, event.data])
    })()
    source.say('a')
    source.emit({ type: 'message', event: 'tick', data: '1' })
    await Promise.resolve()
    source.emit({ type: 'gap', data: '{"to":"9"}' })
    source.say('b')
    stream.close()
    await done
    expect(seen).toEqual([['message', 'a'], ['tick', 1], ['gap', { to: '9' }], ['message', 'b']])
  })

  test('throws when the stream fails, after what has come, with the reason', async () => {
    const { stream, source } = make()
    const seen: unknown[] = []
    const done = (async () => {
      for await (const event of stream) seen.push(event.data)
    })()
    source.say('a')
    source.state('closed', { reason: FAILED })
    await expect(done).rejects.toMatchObject({ message: 'no', cause: FAILED })
    expect(seen).toEqual(['a'])
  })

  test('begun after the end it ends, or throws, at once', async () => {
    const { stream } = make()
    stream.close()
    expect(await stream[Symbol.asyncIterator]().next()).toEqual({ value: undefined, done: true })
    const failed = make()
    failed.source.state('closed', { reason: FAILED })
    await expect(failed.stream[Symbol.asyncIterator]().next()).rejects.toThrow('no')
  })

  test('stops reading when 1,000 wait, goes on when one is taken, and drops nothing', async () => {
    const { stream, source } = make()
    const each = stream[Symbol.asyncIterator]()
    const first = each.next()
    for (let n = 0; n < 999; n++) source.say(`${n}`)
    expect(holds(source)).toEqual([false])
    source.say('999')
    expect(holds(source)).toEqual([false, true])
    // What was read with the same piece still comes.
    source.say('1000')
    const seen = [((await first).value as LiveEvent).data]
    expect(holds(source)).toEqual([false, true])
    while (seen.length < 1001) seen.push(((await each.next()).value as LiveEvent).data)
    expect(holds(source)).toEqual([false, true, false])
    expect(seen).toEqual(Array.from({ length: 1001 }, (_, n) => n))
  })

  test('of two iterations the slower one counts, and leaving lets go', async () => {
    const { stream, source } = make({ buffer: 2 })
    const one = stream[Symbol.asyncIterator]()
    const two = stream[Symbol.asyncIterator]()
    const firsts = [one.next(), two.next()]
    source.say('a', 'b', 'c')
    await Promise.all(firsts)
    await one.next()
    await one.next()
    expect(holds(source)).toEqual([false, true])
    await two.return()
    expect(holds(source)).toEqual([false, true, false])
    source.say('d', 'e', 'f')
    expect(holds(source)).toEqual([false, true, false, true])
    await one.return()
    expect(holds(source)).toEqual([false, true, false, true, false])
  })

  test('break ends it and leaves the stream open', async () => {
    const { stream, source } = make({ buffer: 2 })
    queueMicrotask(() => source.say('a'))
    for await (const event of stream) {
      expect(event.data).toBe('a')
      break
    }
    source.say('b', 'c', 'd')
    expect(holds(source)).toEqual([false])
    expect(source.of('close')).toEqual([])
  })

  test('over a real link the server feels it, and every event comes', async () => {
    const server = fakeFetch()
    const stream = streams(streamSource)(URL, { fetch: server.fetch, buffer: 2 })
    opened.push(stream)
    const each = stream[Symbol.asyncIterator]()
    const first = each.next()
    await vi.waitFor(() => expect(server.requests).toHaveLength(1))
    server.last.answer()
    for (let n = 0; n < 20; n++) server.last.push(`data: ${n}\n\n`)
    const seen = [((await first).value as LiveEvent).data]
    // A timer comes after everything that needs none.
    await new Promise(resolve => setTimeout(resolve))
    expect(server.last.unread).toBeGreaterThan(10)
    while (seen.length < 20) seen.push(((await each.next()).value as LiveEvent).data)
    expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => n))
  })
})

describe('the connection', () => {
  test('is opened with what was asked for', () => {
    const token = () => 't'
    const { stream, source } = make({ token, lastEventId: 'ep.1', headers: { a: 'b' }, shared: true })
    expect(source.url).toBe(URL)
    expect(source.options).toMatchObject({ lastEventId: 'ep.1', headers: { a: 'b' }, shared: true, token })
    expect(source.of('open')).toEqual([[]])
    expect(stream.lastEventId).toBe('ep.1')
    expect(stream.state).toBe('connecting')
  })

  test('ends with its AbortSignal, also one that is aborted already', () => {
    const abort = new AbortController()
    const { stream } = make({ signal: abort.signal })
    const events = heard(stream, 'close')
    abort.abort()
    abort.abort()
    expect(events).toHaveLength(1)
    expect(make({ signal: AbortSignal.abort() }).stream.state).toBe('closed')
  })

  test('leaves nothing at an AbortSignal that lives on', () => {
    const abort = new AbortController()
    const { stream, source } = make({ signal: abort.signal })
    stream.close()
    abort.abort()
    expect(source.of('close')).toHaveLength(1)
  })

  test('is told of the page until it ends', () => {
    const page = new EventTarget()
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    const { stream, source } = make()
    page.dispatchEvent(new Event('online'))
    stream.close()
    page.dispatchEvent(new Event('online'))
    expect(source.of('check')).toEqual([[Infinity]])
  })

  test('says who holds it', () => {
    expect(make().stream.sharing).toBe('none')
    expect(make({}, new FakeSource(false)).stream.sharing).toBe('worker')
  })
})

test('events are typed by the contract', () => {
  interface News {
    message: { text: string }
    tick: number
  }
  const { stream } = make<News>()
  stream.on('message', event => expectTypeOf(event.data).toEqualTypeOf<{ text: string }>())
  stream.on('tick', event => expectTypeOf(event).toEqualTypeOf<LiveEvent<'tick', number>>())
  stream.on('gap', event => expectTypeOf(event.data.reason).toEqualTypeOf<string>())
  // @ts-expect-error there is no such event
  stream.on('tock', () => {})
  const first = async () => {
    for await (const event of stream) {
      if (event.type === 'tick') expectTypeOf(event.data).toEqualTypeOf<number>()
    }
  }
  expect(first).toBeTypeOf('function')
})
