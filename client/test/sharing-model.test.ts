/**
 * Tabs that come, go and die as chance wills, and a server that is lost and found: whatever happens in whatever
 * order, each tab is told what was published from its beginning on, in order, once.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { randomOf, World, type Tab } from './world'

const SEEDS = Array.from({ length: 30 }, (_, index) => index * 7919 + 1)

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

interface Rules {
  has: ConstructorParameters<typeof World>[0]
  overtaking?: boolean
}

async function play(seed: number, { has, overtaking = false }: Rules) {
  const random = randomOf(seed)
  const pick = <T>(of: T[]) => of[Math.floor(random() * of.length)]
  const world = new World(has, random, overtaking)
  const all: Tab[] = []
  const closed = new Set<Tab>()
  const alive = () => all.filter(tab => !tab.dead && !closed.has(tab))
  const held = new Set<Tab>()
  const away = new Set<Tab>()
  const open = () => all.push(world.tab(random() < 0.2 && world.log.length ? { lastEventId: `e.${Math.floor(random() * world.log.length)}` } : {}))
  open()
  for (let turn = 0; turn < 120; turn++) {
    const dice = random()
    const tab = pick(alive())
    if (dice < 0.4) world.publish(random() < 0.2 ? `bytes${world.log.length + 1}` : undefined)
    else if (dice < 0.5 && alive().length < 8) open()
    else if (dice < 0.56 && tab && alive().length > 1) tab.kill()
    else if (dice < 0.62 && tab && alive().length > 1) {
      closed.add(tab)
      tab.source.close()
    } else if (dice < 0.66) world.killWorker()
    else if (dice < 0.7) pick(world.open())?.lose()
    else if (dice < 0.74 && tab) {
      away.add(tab)
      tab.source.hold!(!held.has(tab))
      if (!held.delete(tab)) held.add(tab)
    } else if (dice < 0.78 && tab) {
      away.add(tab)
      tab.leave(true)
      if (random() < 0.5) await world.step()
      tab.comeBack()
    }
    for (let steps = Math.floor(random() * 30); steps > 0; steps--) await world.step()
    if (random() < 0.1) await vi.advanceTimersByTimeAsync(4000)
  }
  for (const tab of held) tab.source.hold!(false)
  await world.pass(10_000)
  world.publish('the end')
  await world.pass(1000)
  return { world, all, alive: alive(), away }
}

/**
 * What it received is a part of the log without holes, in order, nothing twice. Where gaps are allowed there may be holes, if
 * gaps were told. One at the very beginning is allowed to who wanted to begin earlier than what is kept.
 */
function check(tab: Tab, log: string[], gapsAllowed: boolean, whole: boolean) {
  const received = tab.received() as string[]
  const places = received.map(data => log.indexOf(data))
  for (let i = 1; i < places.length; i++) {
    expect(places[i], `${tab.name}: ${received[i]} behind ${received[i - 1]}`).toBeGreaterThan(places[i - 1]!)
  }
  const gaps = tab.gaps()
  const told = tab.signals.filter(({ type }) => type === 'gap' || type === 'message')
  const late = tab.options.lastEventId !== undefined && told[0]?.type === 'gap'
  if (!gapsAllowed) expect(gaps.slice(late ? 1 : 0)).toEqual([])
  if (gaps.length === (late ? 1 : 0) && received.length) {
    expect(received).toEqual(log.slice(places[0], places[0]! + received.length))
    if (!late && tab.begin() !== undefined) expect(places[0]).toBe(tab.begin())
  }
  if (whole) expect(received.at(-1)).toBe('the end')
}

const rules: Record<string, Rules> = {
  'by a worker': { has: {} },
  'by a tab': { has: { worker: 'missing' } },
  'by either': { has: { worker: 'blocked' } },
}

describe.each(Object.entries(rules))('shared %s', (_, rule) => {
  test.each(SEEDS)('seed %i: in order, once, whole', async seed => {
    const { world, all, alive, away } = await play(seed, rule)
    expect(world.open()).toHaveLength(1)
    // Who was away may have missed more than the tab had that leads now.
    for (const tab of all) check(tab, world.log, away.has(tab), alive.includes(tab))
    for (const tab of alive) tab.source.close()
    await world.pass(10_000)
    expect(world.open()).toHaveLength(0)
  })

  test.each(SEEDS)('seed %i, where messages of different tabs overtake each other: in order, once, and what is lost is told', async seed => {
    const { world, all, alive } = await play(seed, { ...rule, overtaking: true })
    expect(world.open()).toHaveLength(1)
    for (const tab of all) check(tab, world.log, true, alive.includes(tab))
  })
})
