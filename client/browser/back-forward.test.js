// Pages that the browser keeps while it shows another one, and shows again: the real back-forward cache.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { context, server, untilNothingIsOpen } from './world.js'

const texts = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => `text ${from + index}`)

/** Opens a page with a connection of which everything is kept that comes. */
async function open(kind, shared) {
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
  return page
}

for (const kind of ['stream', 'socket']) {
  for (const shared of [false, true]) {
    test(`a ${shared ? 'shared ' : ''}${kind} lets its page be kept, and misses nothing meanwhile`, { timeout: 60_000 }, async () => {
      const page = await open(kind, shared)
      // Who shares is kept while others hold the connection: a worker is frozen together with its last page.
      const other = shared ? await open(kind, shared) : undefined
      await server.publish(texts(1, 5))
      await page.waitForFunction(() => received.length === 5)

      await page.goto('about:blank')
      if (!shared) await untilNothingIsOpen()
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
      if (other) assert.deepEqual(await other.evaluate(() => received), texts(1, 12))
    })
  }
}
