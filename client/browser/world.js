// The server and the browser of a file's tests. Each test has a context of its own; what it leaves open is closed behind it.
import { after, afterEach, before, beforeEach } from 'node:test'
import { startProxy } from './proxy.js'
import { launch, startServer, until } from './server.js'

export let server
let browser
/** The pages of the test that runs. */
export let context
let devtools
const proxies = []

before(async () => {
  server = await startServer()
  browser = await launch()
  devtools = await browser.newBrowserCDPSession()
})
beforeEach(async () => {
  context = await browser.newContext({ ignoreHTTPSErrors: true })
  context.setDefaultTimeout(15_000)
})
afterEach(async () => {
  await context?.close()
  proxies.splice(0).forEach(proxy => proxy.stop())
  await untilNothingIsOpen()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

export const untilNothingIsOpen = () => until(server.counts, ({ open }) => open === 0, { what: 'nothing open on the server' })

/** Where the server is: over HTTP/1.1, or with `tls` over HTTP/2. */
export const originOf = tls => tls ? server.secureOrigin : server.origin

/** Another way to the server, with an `origin` of its own: one that cuts connections. */
export async function proxyTo(tls, budget, clientBudget) {
  const proxy = await startProxy(tls ? server.secure : server.plain, budget, clientBudget)
  proxies.push(proxy)
  return Object.assign(proxy, { origin: `${tls ? 'https' : 'http'}://localhost:${proxy.port}` })
}

/** Kills the shared workers of all pages, and returns how many there were. */
export async function killWorkers() {
  const { targetInfos } = await devtools.send('Target.getTargets')
  const workers = targetInfos.filter(({ type }) => type === 'shared_worker')
  for (const { targetId } of workers) await devtools.send('Target.closeTarget', { targetId })
  return workers.length
}

/** A script for pages that are to have no shared workers. */
export const withoutWorkers = () => { delete globalThis.SharedWorker }
