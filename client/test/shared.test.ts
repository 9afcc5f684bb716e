import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { World } from './world'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const ways = {
  'a worker': [{}, 'worker'],
  'a tab that leads, as the worker\'s script is blocked': [{ worker: 'blocked' }, 'leader'],
  'a tab that leads, as there are no workers': [{ worker: 'missing' }, 'leader'],
  'a tab that leads, as the worker says nothing for 3 s': [{ worker: 'silent' }, 'leader'],
  'a worker without locks': [{ locks: false }, 'worker'],
} as const

for (const [way, [has, sharing]] of Object.entries(ways)) {
  describe(`shared by ${way}`, () => {
    const begin = async (count: number) => {
      const world = new World(has)
      const tabs = Array.from({ length: count }, () => world.tab())
      await world.pass(3500)
      return { world, tabs }
    }

    test('ten tabs have one connection, and each is told everything', async () => {
      const { world, tabs } = await begin(10)
      for (let i = 0; i < 5; i++) world.publish()
      await world.settle()
      expect(world.connections).toHaveLength(1)
      for (const tab of tabs) {
        expect(tab.source.sharing).toBe(sharing)
        expect(tab.states()).toEqual(['connecting', 'open'])
        expect(tab.received()).toEqual(['m1', 'm2', 'm3', 'm4', 'm5'])
        expect(tab.gaps()).toEqual([])
      }
    })

    test('a late tab is told the state and the position at once, and hears what comes from then on', async () => {
      const { world } = await begin(2)
      world.publish()
      world.publish()
      await world.settle()
      const late = world.tab()
      await world.settle()
      expect(late.states()).toEqual(['connecting', 'open'])
      expect(late.begin()).toBe(2)
      world.publish()
      await world.settle()
      expect(late.received()).toEqual(['m3'])
      expect(world.connections).toHaveLength(1)
    })

    test('a late tab that begins at an earlier position gets what came since', async () => {
      const { world } = await begin(1)
      for (let i = 0; i < 5; i++) world.publish()
      await world.settle()
      const late = world.tab({ lastEventId: 'e.2' })
      await world.settle()
      world.publish()
      await world.settle()
      expect(late.received()).toEqual(['m3', 'm4', 'm5', 'm6'])
      expect(world.connections).toHaveLength(1)
    })

    test('a late tab whose position is older than what is kept is told of the gap, and nobody else', async () => {
      const { world, tabs: [first] } = await begin(1)
      for (let i = 0; i < 300; i++) world.publish()
      await world.settle()
      const late = world.tab({ lastEventId: 'e.2' })
      await world.settle()
      world.publish()
      await world.settle()
      expect(late.gaps()).toEqual([{ from: 'e.2', to: 'e.300', reason: 'expired' }])
      expect(late.received()).toEqual(['m301'])
      expect(first!.gaps()).toEqual([])
    })

    test('the last tab closes the connection, and the next opens another', async () => {
      const { world, tabs } = await begin(3)
      tabs[0]!.source.close()
      tabs[1]!.source.close()
      await world.pass(6000)
      expect(world.open()).toHaveLength(1)
      tabs[2]!.source.close(4321, 'done')
      await world.settle()
      expect(world.open()).toHaveLength(0)
      expect(world.connections.at(-1)!.closed).toEqual({ code: 4321, reason: 'done' })
      for (const tab of tabs) expect(tab.states().at(-1)).toBe('closed')
      world.publish()
      const next = world.tab()
      await world.pass(3500)
      world.publish()
      await world.settle()
      expect(next.received()).toEqual(['m2'])
    })

    test('a tab that has died is noticed: the connection does not outlive the last', async () => {
      const { world, tabs } = await begin(2)
      tabs[0]!.source.close()
      const other = world.tab({}, { url: 'https://mill.example/other' })
      await world.settle()
      // The page of the one lives on with another connection, as workers live while any page does.
      tabs[1]!.kill()
      await world.pass(120_000)
      expect(world.open().map(({ url }) => url)).toEqual(['https://mill.example/other'])
      expect(other.dead).toBe(false)
    })

    test('a page that goes says goodbye; one that comes back from the cache goes on where it was', async () => {
      const { world, tabs: [page] } = await begin(1)
      world.publish()
      await world.settle()
      page!.leave(true)
      await world.settle()
      expect(world.open()).toHaveLength(0)
      world.publish()
      page!.comeBack()
      await world.pass(3500)
      expect(page!.received()).toEqual(['m1', 'm2'])
      expect(world.open()).toHaveLength(1)
      page!.source.close()
      page!.comeBack()
      await world.settle()
      expect(world.open()).toHaveLength(0)
    })

    test('what a tab sends goes out on the one connection, and an acknowledgement comes back', async () => {
      const { world, tabs } = await begin(2)
      const bytes = new Uint8Array([1, 2]).buffer
      tabs[1]!.source.send!('hello', 'me.1')
      tabs[0]!.source.send!(bytes)
      await world.settle()
      expect(world.open()[0]!.sent).toHaveLength(2)
      expect(world.open()[0]!.sent).toContainEqual(['hello', 'me.1'])
      world.open()[0]!.emit({ type: 'ack', id: 'me.1' })
      await world.settle()
      expect(tabs[1]!.signals.at(-1)).toEqual({ type: 'ack', id: 'me.1' })
    })

    test('it is paused when all tabs are, and goes on with the first that is not', async () => {
      const { world, tabs } = await begin(2)
      tabs[0]!.source.pause()
      await world.settle()
      world.publish()
      await world.settle()
      expect(world.open()[0]!.pauses).toEqual([])
      tabs[1]!.source.pause()
      await world.settle()
      expect(world.open()).toHaveLength(0)
      expect(tabs[0]!.states().at(-1)).toBe('paused')
      world.publish()
      tabs[1]!.source.resume()
      await world.settle()
      for (const tab of tabs) expect(tab.received()).toEqual(['m1', 'm2'])
    })

    test('a tab that takes nothing holds up nobody, and gets what it has missed', async () => {
      const { world, tabs } = await begin(2)
      tabs[0]!.source.hold!(true)
      for (let i = 0; i < 200; i++) world.publish()
      await world.settle()
      expect(tabs[0]!.received()).toEqual([])
      expect(tabs[1]!.received()).toHaveLength(200)
      tabs[0]!.source.hold!(false)
      await world.settle()
      expect(tabs[0]!.received()).toEqual(world.log)
      expect(tabs[0]!.gaps()).toEqual([])
    })

    test('a terminal end is told to all; a tab that comes afterwards tries anew', async () => {
      const { world, tabs } = await begin(2)
      world.open()[0]!.cut()
      world.connections[0]!.emit({ type: 'state', state: 'closed', reason: { code: 4003, message: 'forbidden', terminal: true } })
      await world.settle()
      for (const tab of tabs) expect(tab.signals.at(-1)).toMatchObject({ state: 'closed', reason: { code: 4003 } })
      world.tab()
      await world.pass(3500)
      expect(world.open()).toHaveLength(1)
      for (const tab of tabs) expect(tab.states()).toEqual(['connecting', 'open', 'closed'])
    })

    test('a token is asked of a tab that lives, with the one that was refused', async () => {
      const asked: unknown[] = []
      const world = new World(has)
      const first = world.tab({ token: not => `first after ${not}` })
      const second = world.tab({ token: not => (asked.push(not), Promise.resolve(`second after ${not}`)) })
      await world.pass(3500)
      expect(world.connections).toHaveLength(1)
      const asking = () => world.open()[0]!.options.token!('old')
      const answered = Promise.resolve(asking())
      await world.settle()
      expect(await answered).toMatch(/(first|second) after old/)
      for (const tab of [first, second]) {
        if (world.open()[0]!.owner !== tab) tab.kill()
      }
      if (sharing === 'worker') return
      await world.pass(100)
      const again = Promise.resolve(asking())
      await world.pass(11_000)
      expect(await again).toMatch(/ after old/)
    })

    test('a callback that fails is told as it failed', async () => {
      const world = new World(has)
      world.tab({ headers: () => Promise.reject(new Error('log in first')) })
      await world.pass(3500)
      const failed = (world.open()[0]!.options.headers as () => Promise<unknown>)().catch(error => error.message)
      await world.settle()
      expect(await failed).toBe('log in first')
    })

    test('a hundred tabs, of which ninety-nine die', async () => {
      const { world, tabs } = await begin(100)
      world.publish()
      await world.settle()
      for (const tab of tabs.slice(0, 99)) tab.kill()
      await world.pass(1000)
      world.publish()
      await world.settle()
      expect(tabs[99]!.received()).toEqual(['m1', 'm2'])
      expect(world.open()).toHaveLength(1)
      tabs[99]!.kill()
      await world.pass(120_000)
      expect(world.open()).toHaveLength(0)
    }, 60_000)
  })
}

describe('the connection\'s death', () => {
  test('a leader that dies is followed within a second by the next, at its position: nothing lost, nothing twice', async () => {
    const world = new World({ worker: 'missing' })
    const tabs = Array.from({ length: 5 }, () => world.tab())
    await world.pass(100)
    for (let death = 0; death < 4; death++) {
      world.publish()
      world.publish('bytes')
      await world.settle()
      const leader = tabs.find(tab => tab === world.open()[0]!.owner)!
      leader.kill()
      world.publish() // while nobody listens
      await world.pass(900)
      expect(world.open()).toHaveLength(1)
      for (const tab of tabs.filter(tab => !tab.dead)) {
        expect(tab.received()).toEqual(world.log)
        expect(tab.states().at(-1)).toBe('open')
      }
    }
  })

  test('a worker that dies is followed by a tab', async () => {
    const world = new World()
    const tabs = [world.tab(), world.tab(), world.tab()]
    await world.settle()
    world.publish()
    await world.settle()
    world.killWorker()
    world.publish()
    await world.pass(900)
    world.publish()
    await world.settle()
    for (const tab of tabs) {
      expect(tab.received()).toEqual(['m1', 'm2', 'm3'])
      expect(tab.states()).toEqual(['connecting', 'open', 'connecting', 'open'])
      expect(tab.source.sharing).toBe('leader')
    }
    const late = world.tab()
    await world.settle()
    expect(late.source.sharing).toBe('leader')
    // The late tab's worker is next in line, or another tab.
    for (const tab of tabs) tab.kill()
    world.publish()
    await world.pass(900)
    expect(late.received()).toEqual(['m4'])
  })

  test('a worker that dies where there are no locks is started again after a minute', async () => {
    const world = new World({ locks: false })
    const tabs = [world.tab(), world.tab()]
    await world.settle()
    world.publish()
    await world.settle()
    world.killWorker()
    world.publish()
    await world.pass(90_000)
    for (const tab of tabs) expect(tab.received()).toEqual(['m1', 'm2'])
    expect(world.open()).toHaveLength(1)
  })

  test('a leader that only closes its own hands the connection on', async () => {
    const world = new World({ worker: 'missing' })
    const tabs = [world.tab(), world.tab()]
    await world.settle()
    const leader = tabs.find(tab => tab === world.open()[0]!.owner)!
    const other = tabs.find(tab => tab !== leader)!
    leader.source.close()
    world.publish()
    await world.settle()
    expect(leader.states().at(-1)).toBe('closed')
    expect(leader.received()).toEqual([])
    expect(other.received()).toEqual(['m1'])
  })

  test('after a restart of the server every tab is told of the gap', async () => {
    const world = new World()
    const tabs = [world.tab(), world.tab()]
    await world.settle()
    world.publish()
    await world.settle()
    world.epoch = 'f'
    world.log = []
    world.open()[0]!.lose()
    await world.settle()
    world.publish('new')
    await world.settle()
    for (const tab of tabs) {
      expect(tab.gaps()).toEqual([{ reason: 'epoch' }])
      expect(tab.received()).toEqual(['m1', 'new'])
    }
  })
})

describe('not shared', () => {
  const without = {
    'no channels': { channel: false },
    'locks refused and no worker': { locks: 'refused', worker: 'missing' },
    'no locks and the worker\'s script blocked': { locks: false, worker: 'blocked' },
    'no locks and a worker that says nothing': { locks: false, worker: 'silent' },
  } as const
  for (const [what, has] of Object.entries(without)) {
    test(`with ${what}: each tab has its own, and all that it was told holds for that`, async () => {
      const world = new World(has)
      const [paused, other] = [world.tab(), world.tab({ lastEventId: 'e.0' })]
      paused!.source.pause()
      world.publish()
      await world.pass(3500)
      expect(world.open()).toHaveLength(1)
      expect(other!.source.sharing).toBe('none')
      expect(other!.received()).toEqual(['m1'])
      expect(paused!.states().at(-1)).toBe('paused')
      paused!.source.resume()
      await world.settle()
      expect(world.open()).toHaveLength(2)
      other!.source.send!('text')
      other!.source.check(5)
      expect(world.open()[0]!.checks.concat(world.open()[1]!.checks)).toEqual([5])
      other!.source.close(4000)
      expect(other!.states().filter(state => state === 'closed')).toHaveLength(1)
      expect(world.open()).toHaveLength(1)
    })
  }

  test('who comes when 1,000 tabs share one', async () => {
    const world = new World({ worker: 'missing' })
    const [first, late] = [world.tab(), world.tab()]
    let name = ''
    const channelOf = world.channelOf.bind(world)
    world.channelOf = (owner, of) => channelOf(owner, name = of)
    await world.settle()
    world.tab().kill()
    const hub = channelOf({ name: 'hub', dead: false }, name)
    hub.postMessage({ op: 'full', generation: Date.now() + 1000 })
    await world.settle()
    for (const tab of [first, late]) expect(tab.source.sharing).toBe('none')
    expect(world.open()).toHaveLength(2)
  })

  test('options that cannot be told to another tab stay here', async () => {
    const world = new World()
    const tab = world.tab({ silence: 7, fetch: () => Promise.reject(), signal: new AbortController().signal, parse: () => 1 } as object)
    await world.settle()
    expect(tab.states()).toEqual(['connecting', 'open'])
    expect(world.open()[0]!.options).toEqual({ silence: 7, lastEventId: undefined })
  })

  test('what differs in kind, URL, header fields, credentials or subprotocols', async () => {
    const world = new World()
    world.tab()
    world.tab()
    world.tab({ headers: { a: '1' } })
    world.tab({ headers: { a: '2' } })
    world.tab({ credentials: 'omit' })
    world.tab({ protocols: ['x'] })
    world.tab({}, { url: 'https://mill.example/news?user=2' })
    world.tab({}, { kind: 'socket' })
    world.tab({ silence: 5, lastEventId: 'e.0' })
    await world.settle()
    expect(world.open()).toHaveLength(7)
  })
})

describe('waking up', () => {
  test('many tabs that wake up together make the connection anew once', async () => {
    const world = new World()
    const tabs = Array.from({ length: 10 }, () => world.tab())
    await world.pass(60_000)
    for (const tab of tabs) tab.source.check(50_000)
    await world.settle()
    expect(world.open()[0]!.checks.filter(away => away > 30_000)).toHaveLength(1)
  })

  test('a tab that was frozen does not break a connection that has told something meanwhile', async () => {
    const world = new World()
    const tab = world.tab()
    world.tab()
    await world.pass(60_000)
    world.publish()
    await world.settle()
    tab.source.check(50_000)
    await world.settle()
    expect(world.open()[0]!.checks.every(away => away < 1000)).toBe(true)
  })

  test('a network that is back ends every trust', async () => {
    const world = new World()
    const tab = world.tab()
    await world.pass(10_000)
    tab.source.check(Infinity)
    await world.settle()
    expect(world.open()[0]!.checks).toEqual([Infinity])
  })

  test('nothing is left behind by tabs that have closed', async () => {
    const world = new World({ worker: 'missing' })
    const tabs = [world.tab(), world.tab()]
    await world.settle()
    for (const tab of tabs) tab.source.close()
    await world.settle()
    expect(vi.getTimerCount()).toBe(0)
  })
})
