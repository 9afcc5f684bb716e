import { beforeEach, expect, test, vi } from 'vitest'
import { life } from '../src/life'
import { inFakeTime } from './fakes'

/** A page: its window, its document, and what happens to them. */
class Page extends EventTarget {
  document = { visibilityState: 'visible' }

  constructor() {
    super()
    vi.stubGlobal('document', this.document)
    vi.stubGlobal('addEventListener', this.addEventListener.bind(this))
  }

  show(state: 'visible' | 'hidden') {
    this.document.visibilityState = state
    this.tell('visibilitychange')
  }

  /** The window hears it, captured, also when it happens to the document. */
  tell(type: string) {
    this.dispatchEvent(new Event(type))
  }
}

/** Time passes in which no timer of the page runs. */
const sleep = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)
const pass = (milliseconds: number) => vi.advanceTimersByTime(milliseconds)

let calls: unknown[][]
let end: AbortController | undefined
const source = {
  check: (away: number) => void calls.push(['check', away]),
  pause: () => void calls.push(['pause']),
  resume: () => void calls.push(['resume']),
}

inFakeTime(() => end?.abort())
beforeEach(() => {
  calls = []
  end = undefined
})

test('time that passes as it should is nothing', () => {
  new Page()
  end = life(source)
  pass(1_000_000)
  expect(calls).toEqual([])
})

test('a laptop that slept shows as a clock that jumped', () => {
  new Page()
  end = life(source)
  pass(5_000)
  sleep(3_600_000)
  pass(5_000)
  expect(calls).toEqual([['check', 3_600_000]])
  pass(100_000)
  expect(calls).toHaveLength(1)
})

test('a timer that is up to 5 s late is nothing', () => {
  new Page()
  end = life(source)
  sleep(5_000)
  pass(5_000)
  expect(calls).toEqual([])
  sleep(5_001)
  pass(5_000)
  expect(calls).toEqual([['check', 5_001]])
})

test('a clock that is set back is nothing', () => {
  new Page()
  end = life(source)
  sleep(-3_600_000)
  pass(5_000)
  expect(calls).toEqual([])
  sleep(60_000)
  pass(5_000)
  expect(calls).toEqual([['check', 60_000]])
})

test('a hidden page whose timers the browser holds back has not slept', () => {
  const page = new Page()
  end = life(source)
  page.show('hidden')
  for (let minute = 0; minute < 10; minute++) {
    sleep(55_000)
    pass(5_000)
  }
  expect(calls).toEqual([])
  sleep(55_000)
  page.show('visible')
  expect(calls).toEqual([['check', 0], ['resume']])
})

test('a hidden page on a laptop that slept is checked, by its timer or when it is seen', () => {
  const page = new Page()
  end = life(source)
  page.show('hidden')
  sleep(3_600_000)
  pass(5_000)
  expect(calls).toEqual([['check', 3_600_000]])
  sleep(3_600_000)
  page.show('visible')
  expect(calls.slice(1)).toEqual([['check', 3_595_000], ['resume']])
})

test('a page that is seen again is checked, so that a wait ends', () => {
  const page = new Page()
  end = life(source)
  page.show('hidden')
  expect(calls).toEqual([])
  page.show('visible')
  expect(calls).toEqual([['check', 0], ['resume']])
})

test('a frozen page is checked with the time that it missed', () => {
  const page = new Page()
  end = life(source)
  page.show('hidden')
  sleep(40_000)
  page.tell('resume')
  expect(calls).toEqual([['check', 35_000], ['resume']])
})

test('a page in the back-forward cache lets go, and resumes when it is restored', () => {
  const page = new Page()
  end = life(source)
  page.tell('pagehide')
  page.show('hidden')
  expect(calls).toEqual([['pause']])
  page.document.visibilityState = 'visible'
  sleep(60_000)
  page.tell('pageshow')
  expect(calls.slice(1)).toEqual([['check', 55_000], ['resume']])
})

test('a page that has loaded is nothing: a wait ends, if there is one', () => {
  const page = new Page()
  end = life(source)
  page.tell('pageshow')
  expect(calls).toEqual([['check', 0], ['resume']])
})

test('online again: no connection is trusted', () => {
  const page = new Page()
  end = life(source)
  page.tell('online')
  expect(calls).toEqual([['check', Infinity], ['resume']])
})

test('online again while hidden counts, too', () => {
  const page = new Page()
  end = life(source)
  page.show('hidden')
  page.tell('online')
  expect(calls).toEqual([['check', Infinity], ['resume']])
})

test('whenHidden pause: lets go while hidden, whatever else happens then', () => {
  const page = new Page()
  end = life(source, true)
  calls = []
  page.show('hidden')
  page.tell('online')
  page.tell('resume')
  expect(calls).toEqual([['pause'], ['pause'], ['pause']])
  page.show('visible')
  expect(calls.slice(3)).toEqual([['check', 0], ['resume']])
})

test('whenHidden pause: lets go also when the page begins hidden', () => {
  const page = new Page()
  page.document.visibilityState = 'hidden'
  end = life(source, true)
  expect(calls).toEqual([['pause']])
})

test('nothing is left behind', () => {
  const page = new Page()
  const other = life(source)
  other.abort()
  other.abort()
  expect(vi.getTimerCount()).toBe(0)
  page.tell('online')
  expect(calls).toEqual([])
})

test('works where there is neither window nor document, as in a worker', () => {
  vi.stubGlobal('document', undefined)
  vi.stubGlobal('addEventListener', undefined)
  end = life(source, true)
  calls = []
  sleep(60_000)
  pass(5_000)
  expect(calls).toEqual([['check', 60_000]])
})
