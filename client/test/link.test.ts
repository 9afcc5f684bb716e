import { describe, expect, test, vi } from 'vitest'
import { link, OPEN, type Attempt } from '../src/link'
import type { CloseInfo, Signal, Source, SourceOptions } from '../src/signal'
import { inFakeTime, pass, reason, settle, states } from './fakes'

/** An attempt, and what its server does. */
class Made {
  close = vi.fn()
  private end!: (reason: CloseInfo) => void
  readonly ended = new Promise<CloseInfo>(resolve => (this.end = resolve))

  constructor(
    readonly attempt: Attempt,
    readonly lastEventId: string | undefined,
    readonly token: string | undefined,
  ) {
    attempt._close = this.close
  }

  open() {
    this.attempt._emit(OPEN)
  }

  async lose(reason: CloseInfo, after?: number) {
    this.attempt._after = after
    this.end(reason)
    await settle()
  }
}

let made: Made[]
let signals: Signal[]
let source: Source
const last = () => made.at(-1)!
const LOST = { message: 'lost', terminal: false }
const REFUSED = { message: 'refused', status: 401, terminal: true }

const open = async (options: SourceOptions = {}, listen: (signal: Signal) => void = () => {}) => {
  made = []
  signals = []
  source = link(
    (attempt, lastEventId, token) => {
      const one = new Made(attempt, lastEventId, token)
      made.push(one)
      return one.ended
    },
    'https://app.example/a',
    options,
    signal => {
      signals.push(signal)
      listen(signal)
    },
  )
  source.open()
  await settle()
}

inFakeTime(() => source.close())

describe('coming back', () => {
  test('waits longer after each failure, and starts again after a connection of 5 s', async () => {
    await open()
    for (const delay of [500, 1000, 2000]) {
      await last().lose(LOST)
      expect(states(signals).at(-1)).toBe(`waiting ${delay}`)
      await pass(delay - 1)
      expect(states(signals).at(-1)).toBe(`waiting ${delay}`)
      await pass(1)
      expect(states(signals).at(-1)).toBe('connecting')
    }
    last().open()
    await pass(4_999)
    await last().lose(LOST)
    expect(states(signals).at(-1)).toBe('waiting 4000')
    await pass(4_000)
    last().open()
    await pass(5_000)
    await last().lose(LOST)
    expect(states(signals).at(-1)).toBe('waiting 500')
  })

  test('each attempt is told the position, whether it came with an event or alone', async () => {
    await open({ lastEventId: '1' })
    expect(last().lastEventId).toBe('1')
    last().open()
    last().attempt._emit({ type: 'message', event: 'message', data: 'a', id: '2' })
    last().attempt._emit({ type: 'message', event: 'message', data: 'b' })
    await last().lose(LOST)
    await pass(500)
    expect(last().lastEventId).toBe('2')
    last().attempt._emit({ type: 'position', id: '3' })
    last().attempt._emit({ type: 'ack', id: 'x.1' })
    last().attempt._emit({ type: 'gap', data: '{}' })
    await last().lose(LOST)
    await pass(1000)
    expect(last().lastEventId).toBe('3')
  })

  test('what an attempt tells after its end is not heard', async () => {
    await open()
    const first = last()
    first.open()
    source.check(Infinity)
    await settle()
    const before = signals.length
    first.open()
    first.attempt._emit({ type: 'position', id: 'late' })
    expect(first.attempt._alive()).toBe(undefined)
    await first.lose({ message: 'late', terminal: true })
    await pass(44_999)
    expect(signals).toHaveLength(before)
    await pass(501)
    expect(made).toHaveLength(3)
    expect(last().lastEventId).toBe(undefined)
  })

  test('an attempt that is lost is closed, and only one lives at a time', async () => {
    await open()
    await last().lose(LOST)
    expect(made[0]!.close).toHaveBeenCalledTimes(1)
    await pass(500)
    source.check(Infinity)
    await settle()
    expect(made.map(each => each.close.mock.calls.length)).toEqual([1, 1, 0])
  })

  test('a terminal loss is the end: no attempt, no signal follows', async () => {
    await open()
    await last().lose({ message: 'no', status: 403, terminal: true })
    expect(states(signals)).toEqual(['connecting', 'closed'])
    source.check(Infinity)
    source.pause()
    source.resume()
    source.close()
    await pass(100_000)
    expect(signals).toHaveLength(2)
    expect(made).toHaveLength(1)
  })

  test('an attempt that fails while it is made is given up', async () => {
    made = []
    signals = []
    const close = vi.fn()
    source = link(
      async attempt => {
        attempt._close = close
        throw new Error('at once')
      },
      'https://app.example/a',
      {},
      signal => signals.push(signal),
    )
    source.open()
    await settle()
    expect(states(signals)).toEqual(['connecting', 'waiting 500'])
    expect(reason(signals)).toEqual({ message: 'https://app.example/a: Error: at once', terminal: false })
    expect(close).toHaveBeenCalledTimes(1)
  })

  test('an attempt without an answer is given up after the silence', async () => {
    await open({ silence: 1000 })
    await pass(999)
    expect(states(signals)).toEqual(['connecting'])
    await pass(1)
    expect(states(signals)).toEqual(['connecting', 'waiting 500'])
    await pass(500)
    last().open()
    await pass(100_000)
    expect(states(signals).at(-1)).toBe('open')
  })
})

describe('tokens', () => {
  test('each attempt is made with a fresh one: the callback is told the last', async () => {
    let n = 0
    const token = vi.fn(() => `t${++n}`)
    await open({ token })
    await last().lose(LOST)
    await pass(500)
    expect(made.map(each => each.token)).toEqual(['t1', 't2'])
    expect(token.mock.calls).toEqual([[undefined], ['t1']])
  })

  test('a refused one is renewed once, at once; a second refusal is the end', async () => {
    let n = 0
    await open({ token: () => `t${++n}` })
    await last().lose(REFUSED)
    await settle()
    expect(made.map(each => each.token)).toEqual(['t1', 't2'])
    await last().lose(REFUSED)
    expect(states(signals)).toEqual(['connecting', 'connecting', 'closed'])
    expect(reason(signals)).toBe(REFUSED)
  })

  test('a server that accepts and refuses in the same breath does not make a loop', async () => {
    await open({ token: () => 't' })
    for (let n = 0; n < 2; n++) {
      last().open()
      await last().lose(REFUSED)
      await settle()
    }
    expect(states(signals)).toEqual(['connecting', 'open', 'connecting', 'open', 'closed'])
  })

  test('after a stable connection it may be renewed again', async () => {
    await open({ token: () => 't' })
    for (let n = 0; n < 3; n++) {
      last().open()
      await pass(5_000)
      await last().lose(REFUSED)
      await settle()
    }
    expect(states(signals).at(-1)).toBe('connecting')
    expect(made).toHaveLength(4)
  })

  test('without a callback a refusal is the end', async () => {
    await open()
    await last().lose(REFUSED)
    expect(states(signals)).toEqual(['connecting', 'closed'])
  })

  test('a callback that fails is a failed attempt', async () => {
    let fail = true
    await open({
      token: async () => {
        if (fail) throw new Error('no network')
        return 't'
      },
    })
    expect(states(signals)).toEqual(['connecting', 'waiting 500'])
    expect(reason(signals)?.message).toBe("https://app.example/a: Error: no network")
    fail = false
    await pass(500)
    expect(last().token).toBe('t')
  })

  test('a callback that throws at once is a failed attempt, too', async () => {
    await open({
      token: () => {
        throw new Error('no network')
      },
    })
    expect(states(signals)).toEqual(['connecting', 'waiting 500'])
  })

  test('a callback that never answers is a failed attempt after the silence', async () => {
    await open({ token: () => new Promise(() => {}) })
    await pass(45_000)
    expect(states(signals)).toEqual(['connecting', 'waiting 500'])
    expect(made).toHaveLength(0)
  })

  test('a token that comes after the end makes no connection', async () => {
    let give = (_: string) => {}
    await open({ token: () => new Promise(resolve => (give = resolve)) })
    source.close()
    give('late')
    await settle()
    expect(made).toHaveLength(0)
  })
})

describe('page life', () => {
  test('a check ends the wait at once', async () => {
    await open()
    await last().lose(LOST, 1_000_000)
    source.check(0)
    await settle()
    expect(states(signals)).toEqual(['connecting', 'waiting 1000000', 'connecting'])
    expect(made).toHaveLength(2)
    await pass(40_000)
    expect(made).toHaveLength(2)
  })

  test('a check leaves an open connection, unless the page was away for more than 30 s', async () => {
    await open({ lastEventId: '7' })
    last().open()
    source.check(30_000)
    expect(made[0]!.close).not.toHaveBeenCalled()
    source.check(30_001)
    await settle()
    expect(made[0]!.close).toHaveBeenCalledTimes(1)
    expect(states(signals)).toEqual(['connecting', 'open', 'connecting'])
    expect(last().lastEventId).toBe('7')
  })

  test('an attempt under way is left by a check, unless the page was away', async () => {
    await open()
    source.check(0)
    expect(made).toHaveLength(1)
    source.check(Infinity)
    await settle()
    expect(made).toHaveLength(2)
  })

  test('a pause lets go from any state, and resume goes on at once with the position', async () => {
    await open()
    last().open()
    last().attempt._emit({ type: 'position', id: '4' })
    source.pause()
    source.check(Infinity)
    await pass(100_000)
    expect(made[0]!.close).toHaveBeenCalledTimes(1)
    expect(states(signals)).toEqual(['connecting', 'open', 'paused'])
    source.resume()
    source.resume()
    await settle()
    expect(last().lastEventId).toBe('4')
    await last().lose(LOST)
    source.pause()
    await pass(100_000)
    expect(made).toHaveLength(2)
    expect(states(signals).slice(3)).toEqual(['connecting', 'waiting 500', 'paused'])
  })

  test('resume does nothing without a pause', async () => {
    await open()
    source.resume()
    await settle()
    expect(made).toHaveLength(1)
  })
})

describe('the end', () => {
  test('closes with the code and the reason, once, and says so', async () => {
    await open()
    last().open()
    source.close(4010, 'bye')
    source.close()
    expect(last().close.mock.calls[0]).toEqual([4010, 'bye'])
    expect(states(signals)).toEqual(['connecting', 'open', 'closed'])
    expect(reason(signals)).toEqual({ message: 'bye', terminal: true, clean: true, code: 4010 })
  })

  test('a code that the browser refuses leaves everything as it was', async () => {
    await open()
    last().open()
    last().close.mockImplementationOnce(() => {
      throw new Error('invalid code')
    })
    expect(() => source.close(1, '')).toThrow('invalid code')
    last().attempt._emit({ type: 'position', id: '1' })
    expect(signals.at(-1)).toEqual({ type: 'position', id: '1' })
  })

  test.each(['connecting', 'open', 'waiting', 'closed'] as const)('may come from a listener of %s', async state => {
    await open({}, signal => {
      if (signal.type === 'state' && signal.state === state) source.close()
    })
    made[0]?.open()
    await made[0]?.lose(LOST)
    await pass(100_000)
    expect(states(signals).filter(each => each === 'closed')).toHaveLength(state === 'closed' ? 0 : 1)
    if (state !== 'closed') expect(states(signals).at(-1)).toBe('closed')
  })
})
