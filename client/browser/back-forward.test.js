// Pages that the browser keeps while it shows another one, and shows again: the real back-forward cache.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { launch, startServer, until } from './server.js'

let server
let browser
let context

before(async () => {
  server = await startServer()
  browser = await launch({ ignoreDefaultArgs: ['--disable-back-forward-cache'] })
})
afterEach(() => context?.close())
after(async () => {
  await browser?.close()
  await server?.stop()
})

const texts = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => `text ${from + index}`)

for (const kind of ['stream', 'socket']) {
  for (const shared of [false, true]) {
    test(`a ${shared ? 'shared ' : ''}${kind} lets its page be kept, and misses nothing meanwhile`, { timeout: 60_000 }, async () => {
      context = await browser.newContext()
      context.setDefaultTimeout(15_000)
      const page = await context.newPage()
      await page.goto(`${server.origin}/`)
      await page.evaluate(async ([kind, shared]) => {
        const client = await import('/dist/millrace.js')
        const live = client[kind](`/${kind}`, { shared, parse: 'text' })
        Object.assign(globalThis, { live, received: [], gaps: [], shows: [] })
        const textOf = data => typeof data !== 'string' ? new TextDecoder().decode(data) : data.startsWith('text') ? data : atob(data)
        live.on('message', ({ data }) => received.push(textOf(data)))
        live.on('gap', ({ data }) => gaps.push(data))
        addEventListener('pageshow', ({ persisted }) => shows.push(persisted))
      }, [kind, shared])
      await page.waitForFunction(() => live.state === 'open' && live.lastEventId)
      await server.publish(texts(1, 5))
      await page.waitForFunction(() => received.length === 5)

      await page.goto(`${server.origin}/?another`)
      await until(server.counts, ({ open }) => open === 0, { what: 'a kept page has no connection' })
      await server.publish(texts(6, 10))
      // A page that was kept does not load once more.
      await page.goBack({ waitUntil: 'commit' })
      await page.waitForFunction(() => globalThis.shows?.length, undefined, { timeout: 5000 })
        .catch(() => assert.fail('the browser has not kept the page'))
      assert.deepEqual(await page.evaluate(() => shows), [true])
      await page.waitForFunction(() => live.state === 'open')
      await server.publish(texts(11, 12))
      await page.waitForFunction(() => received.at(-1) === 'text 12')
      assert.deepEqual(await page.evaluate(() => received), texts(1, 12))
      assert.deepEqual(await page.evaluate(() => gaps), [])
      await page.evaluate(() => live.close())
      await until(server.counts, ({ open }) => open === 0, { what: 'closed' })
    })
  }
}
