// The hooks, in a page of React with StrictMode, with a real server.
import assert from 'node:assert/strict'
import { before, beforeEach, test } from 'node:test'
import { build } from 'esbuild'
import { until } from './server.js'
import { context, server, untilNothingIsOpen } from './world.js'

const LIMIT = { timeout: 30_000 }
const CLIENT = new URL('..', import.meta.url).pathname
let page
let script

/** A component that shows what it hears, and can be told other properties. */
const SOURCE = `
import { createElement, StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { useSocket, useStream } from './dist/react.js'

function News({ url, kind, options }) {
  const [received, setReceived] = useState([])
  const listeners = { message: event => setReceived(received => [...received, event.data]) }
  const live = (kind === 'socket' ? useSocket : useStream)(url, listeners, options)
  globalThis.live = live
  globalThis.shown = (globalThis.shown ?? 0) + 1
  return createElement('p', null, live.state + ' ' + received.join())
}
const root = createRoot(document.body.appendChild(document.createElement('main')))
globalThis.show = properties => root.render(createElement(StrictMode, null, properties && createElement(News, properties)))
`

before(async () => {
  const { outputFiles } = await build({
    stdin: { contents: SOURCE, resolveDir: CLIENT, loader: 'js' }, bundle: true, write: false, format: 'esm',
    define: { 'process.env.NODE_ENV': '"development"' }, // in which StrictMode mounts twice
  })
  script = outputFiles[0].text
})
beforeEach(async () => {
  page = await context.newPage()
  await page.goto(server.origin)
  await page.addScriptTag({ type: 'module', content: script })
  await page.waitForFunction(() => globalThis.show)
})

const show = properties => page.evaluate(properties => show(properties), properties)
const untilShown = text => page.waitForFunction(text => document.querySelector('p')?.textContent === text, text)
const untilJoined = () => page.waitForFunction(() => live.lastEventId !== '')

for (const kind of ['stream', 'socket']) {
  test(`use${kind === 'stream' ? 'Stream' : 'Socket'}: one connection under StrictMode, closed with its component`, LIMIT, async () => {
    const { opened } = await server.counts()
    await show({ kind, url: `/${kind}` })
    await untilShown('open ')
    await untilJoined()
    await server.publish(['a', 'b'])
    await untilShown('open a,b')
    assert.deepEqual(await server.counts(), { opened: opened + 1, open: 1 })
    if (kind === 'socket') {
      await page.evaluate(() => live.send('c'))
      await untilShown('open a,b,c')
    }
    await show(null)
    await untilNothingIsOpen()
    assert.deepEqual(await page.evaluate(() => [live.current, live.lastEventId]), [undefined, ''])
  })
}

test('rendering anew opens nothing; another URL or other options do; no URL closes', LIMIT, async () => {
  const { opened } = await server.counts()
  await show({ kind: 'stream', url: '/stream', options: { parse: 'text' } })
  await untilShown('open ')
  await show({ kind: 'stream', url: '/stream', options: { parse: 'text' }, other: 1 })
  await untilShown('open ')
  assert.equal((await server.counts()).opened, opened + 1)
  await show({ kind: 'stream', url: '/stream?2', options: { parse: 'text' } })
  await until(server.counts, counts => counts.opened === opened + 2 && counts.open === 1, { what: 'another connection in its place' })
  await show({ kind: 'stream', url: '/stream?2', options: { parse: 'json' } })
  await until(server.counts, counts => counts.opened === opened + 3 && counts.open === 1, { what: 'another connection in its place' })
  await show({ kind: 'stream', url: null })
  await untilShown('closed ')
  await untilNothingIsOpen()
})

test('a stream that is refused is closed, and a socket without a URL says so', LIMIT, async () => {
  await show({ kind: 'stream', url: '/nothing' })
  await untilShown('closed ')
  await show(null)
  await show({ kind: 'socket', url: null })
  await page.waitForFunction(() => live.send)
  assert.match(await page.evaluate(() => {
    try {
      live.send('x')
      return ''
    } catch (error) {
      return error.message
    }
  }), /there is no socket/)
})
