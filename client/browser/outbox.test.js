// Messages that have to arrive, refusals and tokens: sockets of pages with a real server, over HTTP/1.1 and HTTP/2.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { randomOf } from './proxy.js'
import { until } from './server.js'
import { context, killWorkers, originOf, proxyTo, server, withoutWorkers } from './world.js'

const LIMIT = { timeout: 90_000 }
let inboxes = 0

/** What the handlers of an inbox have heard. */
const heard = async inbox => (await fetch(`${server.origin}/heard/${inbox}`)).json()

/** The message of a number, as the page sends it and as the handler hears it: a text, JSON or bytes. */
const expected = (tab, n) => [`${tab} ${n} … text`, `{"tab":"${tab}","n":${n}}`, `bytes ${Buffer.from(`${tab}${n}`).toString('hex')}`][n % 3]

async function newPage(origin) {
  const page = await context.newPage()
  await page.goto(origin)
  await page.evaluate(async () => {
    const { socket } = await import('/dist/millrace.js')
    Object.assign(globalThis, { events: [], acks: [] })
    globalThis.open = (url, options) => {
      globalThis.live = socket(url, { backoff: { min: 20, max: 200 }, ...options })
      for (const type of ['open', 'reconnecting', 'error', 'close']) {
        live.on(type, ({ type, reason }) => events.push(reason ? { type, code: reason.code, status: reason.status, terminal: reason.terminal } : { type }))
      }
      live.on('ack', ({ id }) => acks.push(id))
    }
    /** Sends numbered messages, each when there is room for it, and returns their names. */
    globalThis.sendAll = async (tab, from, count) => {
      const names = []
      for (let n = from; n < from + count; n++) {
        while (live.pending >= 90) {
          await new Promise(resolve => {
            const off = live.on('ack', () => resolve(off()))
          })
        }
        names.push(live.send([`${tab} ${n} … text`, { tab, n }, new TextEncoder().encode(tab + n)][n % 3]))
        if (n % 20 === 0) await new Promise(requestAnimationFrame)
      }
      return names
    }
  })
  return page
}

const openAt = (page, url, options = {}) => page.evaluate(([url, options]) => open(url, options), [url, options])
const untilState = (page, state) => page.waitForFunction(state => live.state === state, state)

for (const tls of [false, true]) {
  const protocol = tls ? 'HTTP/2' : 'HTTP/1.1'

  describe(`a socket over ${protocol}`, () => {
    test('opens with millrace.v1 and nothing else asked for', LIMIT, async () => {
      const page = await newPage(originOf(tls))
      const inbox = `inbox${++inboxes}`
      await page.evaluate(inbox => {
        globalThis.sockets = []
        const Kept = class extends WebSocket {
          constructor(...given) {
            super(...given)
            sockets.push(this)
          }
        }
        open(`/inbox/${inbox}`, { WebSocket: Kept })
      }, inbox)
      await untilState(page, 'open')
      assert.deepEqual(await page.evaluate(() => sockets.map(socket => socket.protocol)), ['millrace.v1'])
      await page.evaluate(() => live.send('without an outbox'))
      const { protocols } = await until(() => heard(inbox), ({ messages }) => messages.length === 1, { what: 'a message that is heard' })
      assert.deepEqual(protocols, [protocol])
      assert.deepEqual(await heard(inbox), { messages: ['without an outbox'], protocols })
      assert.deepEqual(await page.evaluate(() => acks), [])
    })

    for (const [status, code] of [[401, 4001], [403, 4003], [404, 4000]]) {
      test(`that a guard refuses with ${status} is closed for good, and the page knows the status`, LIMIT, async () => {
        const page = await newPage(originOf(tls))
        await openAt(page, `/refused/${status}`)
        await untilState(page, 'closed')
        const end = { code, status, terminal: true }
        // The handshake is completed, so that the page can be told.
        assert.deepEqual(await page.evaluate(() => events), [{ type: 'open' }, { type: 'error', ...end }, { type: 'close', ...end }])
      })
    }

    test('that is refused with 503 comes back', LIMIT, async () => {
      const page = await newPage(originOf(tls))
      await openAt(page, '/refused/503')
      await page.waitForFunction(() => events.filter(({ type }) => type === 'reconnecting').length >= 3)
      await page.evaluate(() => live.close())
      const seen = (await page.evaluate(() => events)).filter(({ type }) => type === 'reconnecting')
      assert.deepEqual(seen[0], { type: 'reconnecting', code: 4000, status: 503, terminal: false })
    })

    for (const [what, given, end] of [['fresh: it opens', ['stale', 'fresh'], 'open'], ['no better: it is closed', ['stale', 'staler', 'stalest'], 'closed']]) {
      test(`whose token is refused asks for another one once, and that is ${what}`, LIMIT, async () => {
        const page = await newPage(originOf(tls))
        await page.evaluate(given => {
          globalThis.asked = []
          open('/fresh', { token: async not => {
            asked.push(not ?? null)
            return given[asked.length - 1]
          } })
        }, given)
        if (end === 'closed') await untilState(page, 'closed')
        else await page.waitForFunction(() => asked.length === 2 && live.state === 'open')
        assert.deepEqual(await page.evaluate(() => asked), [null, 'stale'])
        const last = await page.evaluate(() => events.at(-1))
        assert.deepEqual(last, end === 'open' ? { type: 'open' } : { type: 'close', code: 4001, status: 401, terminal: true })
      })
    }
  })

  describe(`an outbox over ${protocol}`, () => {
    test('200 messages are heard once and in order, wherever the connection is cut', LIMIT, async () => {
      const random = randomOf(tls ? 23 : 17)
      let cutting = false
      // Enough for a handshake, so that each connection gets a little further.
      const budget = (least, more) => () => cutting ? least + random() * more : Infinity
      const proxy = await proxyTo(tls,
        tls ? budget(1500, 5000) : budget(300, 2500), tls ? budget(2500, 5000) : budget(900, 3000))
      const page = await newPage(proxy.origin)
      const inbox = `inbox${++inboxes}`
      await page.evaluate(tls => {
        // A browser opens a WebSocket over HTTP/2 where it has such a connection already.
        if (tls) setInterval(() => live.state === 'waiting' && fetch('/').catch(() => {}), 10)
      }, tls)
      await openAt(page, `/inbox/${inbox}`, { outbox: true })
      await untilState(page, 'open')
      cutting = true
      proxy.cutAll()
      const names = await page.evaluate(() => sendAll('a', 0, 200))
      await page.waitForFunction(() => live.pending === 0, null, { timeout: 60_000 })
      cutting = false
      const { messages, protocols } = await heard(inbox)
      assert.deepEqual(messages, Array.from({ length: 200 }, (_, n) => expected('a', n)))
      assert.deepEqual(await page.evaluate(() => acks), names)
      assert.equal(new Set(names).size, 200)
      assert.ok(proxy.cuts >= 5, `${proxy.cuts} cuts`)
      assert.ok(protocols.includes(protocol), `${protocols}`)
    })

    test('what is sent while the server is down arrives when it is back; what is too much is refused at once', LIMIT, async () => {
      const page = await newPage(originOf(tls))
      const inbox = `inbox${++inboxes}`
      await openAt(page, `/inbox/${inbox}`, { outbox: { limit: 6 } })
      await untilState(page, 'open')
      await page.evaluate(() => sendAll('before', 0, 3))
      await page.waitForFunction(() => live.pending === 0)
      const back = server.restart()
      await page.waitForFunction(() => live.state !== 'open')
      await page.evaluate(() => sendAll('down', 0, 6))
      assert.match(await page.evaluate(() => {
        try {
          return `no error: ${live.send('one more')}`
        } catch (error) {
          return error.message
        }
      }), /^outbox: 7 messages, .* \(expected: at most 6, 1048576\)$/)
      assert.equal(await page.evaluate(() => live.pending), 6)
      await back
      await page.waitForFunction(() => live.pending === 0, null, { timeout: 30_000 })
      assert.deepEqual((await heard(inbox)).messages, Array.from({ length: 6 }, (_, n) => expected('down', n)))
      assert.equal(await page.evaluate(() => acks.length), 9)
    })

    for (const sharing of ['worker', 'leader']) {
      test(`three tabs that share one connection by a ${sharing}: of each all is heard once and in order, though who holds it dies`, LIMIT, async () => {
        if (sharing === 'leader') await context.addInitScript(withoutWorkers)
        const inbox = `inbox${++inboxes}`
        const pages = []
        for (let i = 0; i < 4; i++) {
          const page = await newPage(originOf(tls))
          await openAt(page, `/inbox/${inbox}`, { outbox: true, shared: true })
          await page.waitForFunction(sharing => live.state === 'open' && live.sharing === sharing, sharing)
            .catch(async error => assert.fail(`tab ${i}: ${error.message}: ${await page.evaluate(() => `${live.state}, ${live.sharing}`)}`))
          pages.push(page)
        }
        const [holder, ...tabs] = pages
        const sent = Promise.all(tabs.map((page, i) => page.evaluate(tab => sendAll(tab, 0, 100), 'abc'[i])))
        await until(() => heard(inbox), ({ messages }) => messages.length > 30, { what: 'some messages' })
        if (sharing === 'leader') await holder.close()
        else await killWorkers()
        const names = await sent
        for (const page of tabs) {
          await page.waitForFunction(() => live.pending === 0, null, { timeout: 30_000 })
            .catch(async error => assert.fail(`${error.message}: ${await page.evaluate(() => `${live.state}, ${live.sharing}, ${live.pending} pending`)}`))
        }
        const { messages } = await heard(inbox)
        for (const [i, page] of tabs.entries()) {
          const all = Array.from({ length: 100 }, (_, n) => expected('abc'[i], n))
          assert.deepEqual(messages.filter(message => all.includes(message)), all)
          assert.deepEqual(await page.evaluate(() => acks), names[i])
        }
        assert.equal(messages.length, 300)
      })
    }
  })
}
