// Many documents that share a connection, and documents of an origin that has no Web Locks.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { context, server, untilNothingIsOpen, withoutWorkers } from './world.js'

// Not localhost, and not https: no secure context. See the browser's flags.
const HOST = 'mill.test'
const LIMIT = { timeout: 90_000 }

const texts = count => Array.from({ length: count }, (_, index) => `text ${index + 1}`)

/** Opens a connection in a document, and keeps what comes. Runs in the browser. */
async function listen(kind) {
  const client = await import('/dist/millrace.js')
  const live = client[kind](`/${kind}`, { shared: true, parse: 'text' })
  Object.assign(globalThis, { live, received: [] })
  const textOf = data => typeof data !== 'string' ? new TextDecoder().decode(data) : data.startsWith('text') ? data : atob(data)
  live.on('message', ({ data }) => received.push(textOf(data)))
}

for (const [kind, sharing] of [['stream', 'worker'], ['socket', 'leader']]) {
  test(`a hundred documents have one ${kind}, by a ${sharing}`, LIMIT, async () => {
    if (sharing === 'leader') await context.addInitScript(withoutWorkers)
    const page = await context.newPage()
    await page.goto(`${server.origin}/`)
    await page.evaluate(() => Promise.all(Array.from({ length: 100 }, () => new Promise(loaded => {
      document.body.append(Object.assign(document.createElement('iframe'), { src: '/', onload: loaded }))
    }))))
    const { opened } = await server.counts()
    const frames = page.frames().slice(1)
    assert.equal(frames.length, 100)
    await Promise.all(frames.map(frame => frame.evaluate(listen, kind)))
    await Promise.all(frames.map(frame => frame.waitForFunction(
      sharing => live.state === 'open' && live.lastEventId && live.sharing === sharing, sharing)))
    const published = texts(20)
    await server.publish(published)
    await Promise.all(frames.map(frame => frame.waitForFunction(() => received.length >= 20)))
    for (const frame of frames) assert.deepEqual(await frame.evaluate(() => received), published)
    assert.deepEqual(await server.counts(), { opened: opened + 1, open: 1 })
  })
}

describe('without Web Locks', () => {
  const open = async kind => {
    const page = await context.newPage()
    await page.goto(`http://${HOST}:${server.plain}/`)
    assert.equal(await page.evaluate(() => isSecureContext || !!navigator.locks), false)
    await page.evaluate(listen, kind)
    await page.waitForFunction(() => live.state === 'open' && live.lastEventId)
    return page
  }

  for (const kind of ['stream', 'socket']) {
    test(`tabs share a ${kind} by a worker, and the last one closes it`, LIMIT, async () => {
      const { opened } = await server.counts()
      const pages = [await open(kind), await open(kind), await open(kind)]
      const published = texts(30)
      await server.publish(published.slice(0, 10))
      await pages[0].waitForFunction(() => received.length === 10)
      await pages.shift().close({ runBeforeUnload: true })
      await server.publish(published.slice(10))
      for (const page of pages) {
        await page.waitForFunction(() => received.length >= 30)
        assert.deepEqual(await page.evaluate(() => received), published)
        assert.equal(await page.evaluate(() => live.sharing), 'worker')
      }
      assert.deepEqual(await server.counts(), { opened: opened + 1, open: 1 })
      for (const page of pages) await page.close({ runBeforeUnload: true })
      await untilNothingIsOpen()
    })

    test(`where there is no worker either, each tab has its own ${kind}`, LIMIT, async () => {
      await context.addInitScript(withoutWorkers)
      const { opened } = await server.counts()
      const pages = [await open(kind), await open(kind)]
      const published = texts(5)
      await server.publish(published)
      for (const page of pages) {
        await page.waitForFunction(() => received.length >= 5)
        assert.deepEqual(await page.evaluate(() => received), published)
        assert.equal(await page.evaluate(() => live.sharing), 'none')
      }
      assert.deepEqual(await server.counts(), { opened: opened + 2, open: 2 })
    })
  }
})
