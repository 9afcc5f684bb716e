// Several pages of one browser that share a connection: over either protocol, as a stream and as a WebSocket.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { randomOf } from './proxy.js'
import { until } from './server.js'
import { context, killWorkers, originOf, proxyTo, server, untilNothingIsOpen, withoutWorkers } from './world.js'

const LIMIT = { timeout: 90_000 }
let number = 0
const texts = count => Array.from({ length: count }, () => `text ${++number}`)

/** Adds the tests for pages that come over HTTP/1.1, or with `tls` over HTTP/2. */
export function testSharing({ tls }) {
  /** A page with a connection of a kind, of which everything is kept that comes. */
  async function open(kind, { origin = originOf(tls), path = '/', ...options } = {}) {
    const page = await context.newPage()
    await page.goto(origin + path)
    await page.evaluate(async ([kind, options]) => {
      const client = await import('/dist/millrace.js')
      const live = client[kind](`/${kind}`, { shared: true, parse: 'text', backoff: { min: 50, max: 500 }, ...options })
      Object.assign(globalThis, { live, received: [], gaps: [], closes: [], there: [] })
      // What was sent as bytes is an ArrayBuffer on a WebSocket, and base64 on a stream.
      const textOf = data => typeof data !== 'string' ? new TextDecoder().decode(data) : data.startsWith('text') ? data : atob(data)
      live.on('message', ({ data }) => received.push(textOf(data)))
      const valueOf = ({ data }) => typeof data === 'string' ? JSON.parse(data) : data
      const idsOf = members => members.map(({ id }) => id)
      live.on('members', event => { there = idsOf(valueOf(event).members) })
      live.on('presence', event => {
        const { joined, left } = valueOf(event)
        there = [...there, ...idsOf(joined)].filter(id => !left.includes(id))
      })
      live.on('gap', ({ data }) => gaps.push(data))
      live.on('close', ({ reason }) => closes.push(reason))
    }, [kind, options])
    return page
  }

  const untilOpen = (page, sharing) => page.waitForFunction(
    sharing => live.state === 'open' && live.lastEventId !== '' && (!sharing || live.sharing === sharing), sharing)
  const openAll = async (kind, count, sharing, options) => {
    const pages = []
    for (let i = 0; i < count; i++) {
      const page = await open(kind, options)
      await untilOpen(page, sharing)
      pages.push(page)
    }
    return pages
  }
  const received = page => page.evaluate(() => received)
  /** Each page has received what was published: all of it, in order, once. */
  async function assertReceived(pages, published) {
    for (const page of pages) {
      await page.waitForFunction(last => received.at(-1) === last, published.at(-1), { timeout: 20_000 })
        .catch(async error => assert.fail(`${error.message}: ${JSON.stringify(await page.evaluate(() => ({ state: live.state, sharing: live.sharing, last: received.at(-1), closes })))}`))
      assert.deepEqual(await received(page), published)
      assert.deepEqual(await page.evaluate(() => gaps), [])
    }
  }
  /** Publishes in small pieces while something happens. */
  async function publishDuring(count, happens) {
    const all = texts(count)
    const done = happens()
    for (let at = 0; at < count; at += 5) await server.publish(all.slice(at, at + 5))
    await done
    const last = texts(1)
    await server.publish(last)
    return [...all, ...last]
  }

  const ways = {
    worker: {},
    leader: { script: withoutWorkers },
  }
  for (const kind of ['stream', 'socket']) {
    for (const [sharing, { script }] of Object.entries(ways)) {
      describe(`a ${kind} shared by a ${sharing}, over ${tls ? 'HTTP/2' : 'HTTP/1.1'}`, () => {
        const begin = async (count, options) => {
          if (script) await context.addInitScript(script)
          return openAll(kind, count, sharing, options)
        }

        test('ten tabs have one connection', LIMIT, async () => {
          const { opened } = await server.counts()
          const pages = await begin(10)
          if (tls) assert.equal(await pages[0].evaluate(() => performance.getEntriesByType('navigation')[0].nextHopProtocol), 'h2')
          const published = texts(50)
          await server.publish(published)
          await assertReceived(pages, published)
          assert.deepEqual(await server.counts(), { opened: opened + 1, open: 1 })
          for (const page of pages.slice(1)) await page.close()
          assert.equal((await server.counts()).open, 1)
          await pages[0].evaluate(() => live.close())
          await untilNothingIsOpen()
        })

        test('a tab that comes late is told who is there', LIMIT, async () => {
          const pages = [...await begin(1), ...await openAll(kind, 2, sharing)]
          for (const page of pages) await page.waitForFunction(() => there.join() === 'reader')
        })

        test('the first page is closed, and the next, and the next', LIMIT, async () => {
          const pages = await begin(4)
          const published = []
          while (pages.length > 1) {
            published.push(...await publishDuring(40, () => pages.shift().close()))
            await assertReceived(pages, published)
          }
        })

        test('the first page crashes', LIMIT, async () => {
          const pages = await begin(4)
          const [first, ...others] = pages
          const published = await publishDuring(60, async () => {
            const session = await context.newCDPSession(first)
            const crashed = new Promise(resolve => first.once('crash', resolve))
            session.send('Page.crash').catch(() => {})
            await crashed
          })
          await assertReceived(others, published)
          assert.equal((await server.counts()).open, 1)
        })

        if (sharing === 'worker') {
          test('the worker dies', LIMIT, async () => {
            const pages = await begin(4)
            const published = await publishDuring(60, async () => assert.equal(await killWorkers(), 1))
            await assertReceived(pages, published)
            for (const page of pages) assert.equal(await page.evaluate(() => live.sharing), 'leader')
            assert.equal((await server.counts()).open, 1)
          })
        }

        test('the network drops connections behind any byte', LIMIT, async () => {
          const random = randomOf(tls ? 7 : 11)
          let cutting = false
          const proxy = await proxyTo(tls, () => cutting ? 300 + random() * (tls ? 6000 : 3000) : Infinity)
          const pages = await begin(3, { origin: proxy.origin })
          cutting = true
          const published = await publishDuring(300, async () => {
            for (let i = 0; i < 3; i++) {
              proxy.cutAll()
              await new Promise(resolve => setTimeout(resolve, 200))
            }
          })
          await until(async () => proxy.cuts, cuts => cuts >= 5, { what: 'some cuts' }).catch(() => {})
          cutting = false
          proxy.cutAll()
          await assertReceived(pages, published)
          assert.ok(proxy.cuts >= 4, `${proxy.cuts} cuts`)
        })

        test('the server is started again: a gap is told to every tab', LIMIT, async () => {
          const pages = await begin(3)
          const before = texts(5)
          await server.publish(before)
          await assertReceived(pages, before)
          await server.restart()
          for (const page of pages) {
            await page.waitForFunction(() => gaps.length > 0)
            await untilOpen(page)
          }
          const afterwards = texts(5)
          await server.publish(afterwards)
          for (const page of pages) {
            await page.waitForFunction(last => received.at(-1) === last, afterwards.at(-1))
            assert.deepEqual(await received(page), [...before, ...afterwards])
            assert.deepEqual((await page.evaluate(() => gaps)).map(gap => (typeof gap === 'string' ? JSON.parse(gap) : gap).reason), ['epoch'])
          }
        })
      })
    }

    test(`a ${kind} over ${tls ? 'HTTP/2' : 'HTTP/1.1'} where the worker's script is blocked is shared by a tab that leads`, LIMIT, async () => {
      const { opened } = await server.counts()
      const pages = await openAll(kind, 2, 'leader', { path: '/no-workers' })
      const published = texts(5)
      await server.publish(published)
      await assertReceived(pages, published)
      assert.deepEqual(await server.counts(), { opened: opened + 1, open: 1 })
    })
  }
}
