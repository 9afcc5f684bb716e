import { describe, expect, test } from 'vitest'
import type { Signal } from '../src/signal'
import { eventStream } from '../src/sse'
import { cut, random, seed } from './random'

type Told = Signal | { retry: number }

const bytes = (text: string) => new TextEncoder().encode(text)

const read = (pieces: (string | Uint8Array)[], limit?: number): Told[] => {
  const told: Told[] = []
  const push = eventStream(
    signal => told.push(signal),
    retry => told.push({ retry }),
    limit,
  )
  pieces.forEach(piece => push(typeof piece === 'string' ? bytes(piece) : piece))
  return told
}

const message = (data: string, event = 'message', id?: string): Told =>
  id === undefined ? { type: 'message', event, data } : { type: 'message', event, data, id }
const gap = (data: string, id?: string): Told =>
  id === undefined ? { type: 'gap', event: 'gap', data } : { type: 'gap', event: 'gap', data, id }
const position = (id: string): Told => ({ type: 'position', id })

/** HTML standard, 9.2.5 "Parsing an event stream" and 9.2.6 "Interpreting an event stream". */
const cases: [name: string, text: string, told: Told[]][] = [
  // The examples of 9.2.6.
  ['one event of three lines', 'data: YHOO\ndata: +2\ndata: 10\n\n', [message('YHOO\n+2\n10')]],
  [
    'a comment, an event with an id, one that resets it, one with a leading space, an unfinished block',
    ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n',
    [message('first event', 'message', '1'), message('second event', 'message', '')],
  ],
  ['two events, the first empty, the second one line feed; the third is not finished', 'data\n\ndata\ndata\n\ndata:', [message(''), message('\n')]],
  ['two identical events, since one space after the colon is ignored', 'data:test\n\ndata: test\n\n', [message('test'), message('test')]],

  // 9.2.5: stream = [ bom ] *event; end-of-line = ( cr lf / cr / lf )
  ['a BOM at the beginning is ignored', '\ufeffdata: a\n\n', [message('a')]],
  ['a second BOM is part of a field name', '\ufeff\ufeffdata: a\n\ndata: b\n\n', [message('b')]],
  ['a BOM elsewhere is data', 'data: \ufeffa\n\n\ufeffdata: b\n\n', [message('\ufeffa')]],
  ['lines end with LF', 'data: a\ndata: b\n\n', [message('a\nb')]],
  ['lines end with CR', 'data: a\rdata: b\r\r', [message('a\nb')]],
  ['lines end with CRLF', 'data: a\r\ndata: b\r\n\r\n', [message('a\nb')]],
  ['lines end with all of them', 'data: a\rdata: b\r\ndata: c\n\r', [message('a\nb\nc')]],
  ['LF CR are two ends', 'data: a\n\rdata: b\n\n', [message('a'), message('b')]],
  ['CR CRLF are two ends', 'data: a\r\r\ndata: b\n\n', [message('a'), message('b')]],
  ['other line separators are data', 'data: a\u2028b\u2029c\u0085d\x0be\x0c\n\n', [message('a\u2028b\u2029c\u0085d\x0be\x0c')]],

  // 9.2.6: dispatch
  ['empty lines alone dispatch nothing', '\n\n\r\r\n\r\n', []],
  ['an event without data is not dispatched', 'event: a\n\ndata: b\n\n', [message('b')]],
  ['the last event without an empty line is dropped', 'data: a\n\ndata: b\n', [message('a')]],
  ['the last event without any line end is dropped', 'data: a\n\ndata: b', [message('a')]],
  ['an id of an event that was dropped is dropped', 'data: a\n\nid: 2\ndata: b', [message('a')]],
  ['data of nothing but an empty line', 'data:\n\n', [message('')]],
  ['empty lines of data', 'data:\ndata\ndata: \n\n', [message('\n\n')]],

  // fields
  ['a line that begins with a colon is a comment', ':\n: data: a\n:data: a\ndata: b\n\n', [message('b')]],
  ['a field that nobody knows', 'dat: a\ndata : a\n data: a\nDATA: a\ndataa: b\n\n', []],
  ['a line without a colon is a name', 'data\nevent\n\n', [message('')]],
  ['only the first colon separates', 'data: a: b:c\n\n', [message('a: b:c')]],
  ['one space only is taken', 'data:  a \n\n', [message(' a ')]],
  ['a tab is not taken', 'data:\ta\n\n', [message('\ta')]],
  ['event names the event', 'event: tick\ndata: a\n\ndata: b\n\n', [message('a', 'tick'), message('b')]],
  ['the last event field counts', 'event: a\nevent: b\ndata: c\n\n', [message('c', 'b')]],
  ['an empty event field is message', 'event: a\nevent:\ndata: b\n\n', [message('b')]],
  ['event after data', 'data: a\nevent: b\n\n', [message('a', 'b')]],
  ['the event of a block without data does not stay', 'event: a\n\ndata: b\n\n', [message('b')]],
  ['NUL in data stays', 'data: a\0b\n\n', [message('a\0b')]],

  // id
  ['the last id field counts', 'id: 1\nid: 2\ndata: a\n\n', [message('a', 'message', '2')]],
  ['an id with NUL is ignored', 'id: 1\nid: 2\0\ndata: a\n\n', [message('a', 'message', '1')]],
  ['an id of NUL alone is ignored', 'id: \0\ndata: a\n\n', [message('a')]],
  ['an id is any text', 'id: ü 😀:8F8qIdVL.17\ndata: a\n\n', [message('a', 'message', 'ü 😀:8F8qIdVL.17')]],
  ['an id without data is the position', 'id: 8F8qIdVL.16\n\nid: 8F8qIdVL.17\ndata: a\n\n', [position('8F8qIdVL.16'), message('a', 'message', '8F8qIdVL.17')]],
  ['an empty id without data takes the position back', 'id:\n\n', [position('')]],

  // retry
  ['retry of digits', 'retry: 2000\n\n', [{ retry: 2000 }]],
  ['retry counts before its event ends', 'retry: 1\ndata: a', [{ retry: 1 }]],
  ['retry of anything else is ignored', 'retry: 1s\nretry: -1\nretry: 1.5\nretry: +1\nretry:\nretry\nretry: 0x10\nretry: ١\n\n', []],
  ['retry with a second space is ignored', 'retry:  1\n\n', []],

  // Millrace's
  ['a gap', 'event: gap\ndata: {"from":"a.1"}\n\nid: a.9\n\n', [gap('{"from":"a.1"}'), position('a.9')]],
  ['a gap with an id', 'event: gap\ndata: {}\nid: a.9\n\n', [gap('{}', 'a.9')]],
  ['the heartbeat', 'retry: 2000\n\n:\n\n:\n\n', [{ retry: 2000 }]],
]

describe('9.2.6 interpreting an event stream', () => {
  test.each(cases)('%s', (_, text, told) => {
    expect(read([text])).toEqual(told)
  })

  test.each(cases)('the same bytes cut at every place: %s', (_, text, told) => {
    const whole = bytes(text)
    for (let at = 0; at <= whole.length; at++) {
      expect(read([whole.slice(0, at), whole.slice(at)]), `cut at ${at}`).toEqual(told)
      for (let second = at; second <= whole.length; second++) {
        const pieces = [whole.slice(0, at), whole.slice(at, second), whole.slice(second)]
        expect(read(pieces), `cut at ${at} and ${second}`).toEqual(told)
      }
    }
  })

  test.each(cases)('the same byte by byte: %s', (_, text, told) => {
    expect(read([...bytes(text)].map(each => new Uint8Array([each])))).toEqual(told)
  })
})

/** The same, said simply: all lines first, then each in turn. */
function truth(text: string): Told[] {
  const told: Told[] = []
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  lines.pop()
  let block: [string, string][] = []
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:]*):? ?([^]*)$/.exec(line)!
    const field: [string, string] = line.includes(':') ? [name, value] : [line, '']
    if (field[0] === 'retry' && /^[0-9]+$/.test(field[1])) told.push({ retry: Number(field[1]) })
    if (line !== '') {
      block.push(field)
      continue
    }
    const all = (wanted: string) => block.filter(([name]) => name === wanted).map(([, value]) => value)
    const data = all('data')
    const event = all('event').at(-1) || 'message'
    const id = all('id').filter(each => !each.includes('\0')).at(-1)
    if (data.length && event === 'gap') told.push(gap(data.join('\n'), id))
    else if (data.length) told.push(message(data.join('\n'), event, id))
    else if (id !== undefined) told.push(position(id))
    block = []
  }
  return told
}

test('random streams in random pieces are read as the simple truth says', () => {
  const start = seed()
  console.log(`sse.test.ts: SEED=${start}`)
  const words = ['data', 'id', 'event', 'retry', 'gap', ':', ':', ': ', ' ', '\n', '\n', '\n\n', '\r', '\r\n', 'x', '12', '\0', '\ufeff', 'é', '😀']
  for (let round = 0; round < 3000; round++) {
    const next = random(start + round)
    let text = ''
    for (let n = next() * 60; n > 0; n--) text += words[Math.floor(next() * words.length)]
    const expected = truth(text)
    expect(read(cut(bytes(text), next, 8)), `SEED=${start + round} ${JSON.stringify(text)}`).toEqual(expected)
  }
})

describe('limits', () => {
  test('a line of 10 million characters in 100,000 pieces takes time in proportion', () => {
    const piece = 'x'.repeat(100)
    const pieces = ['data: ', ...Array<string>(100_000).fill(piece), '\n\n']
    const [told] = read(pieces) as unknown as [{ data: string }]
    expect(told.data.length).toBe(10_000_000)
  }, 5_000)

  test('a million lines of one event, and of a chunk without CR, take time in proportion', () => {
    const [told] = read(['data: 12345\n'.repeat(1_000_000) + '\n']) as unknown as [{ data: string }]
    expect(told.data.length).toBe(5_999_999)
  }, 5_000)

  test.each([
    ['a line that does not end', ['data: 56789', '0']],
    ['a comment that does not end', [':23456789', '012']],
    ['a line and the data before it', ['data: 56\n', 'data: 56789\n\ndata: 56789\n', 'data:12']],
    ['the data of many lines', ['data:1234\ndata:1234\n', 'data:1234\n']],
  ])('%s of more than the limit is an error', (_, pieces) => {
    expect(() => read(pieces, 11)).toThrow('an event is longer than 11 characters')
  })

  test('what is within the limit is read', () => {
    expect(read(['data:123456\ndata:7890\n\ndata:123456\n\n'], 11)).toHaveLength(2)
  })
})
