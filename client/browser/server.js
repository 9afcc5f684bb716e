// A browser and a server for the tests of a file.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'

const ROOT = new URL('../../', import.meta.url).pathname
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
  // An origin that is neither https nor localhost.
  '--host-resolver-rules=MAP mill.test 127.0.0.1',
  // A context may ignore wrong certificates for its pages, but not for the scripts of their workers.
  '--ignore-certificate-errors']

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  args: FLAGS,
  // Pages are kept for the way back, as people's browsers do.
  ignoreDefaultArgs: ['--disable-back-forward-cache'],
})

/** Asks again and again until the answer is right, and returns it; fails with the last answer. */
export async function until(ask, isRight, { within = 15_000, what = 'the condition' } = {}) {
  const deadline = Date.now() + within
  for (;;) {
    const answer = await ask()
    if (isRight(answer)) return answer
    if (Date.now() > deadline) throw new Error(`${what} did not hold within ${within} ms: ${JSON.stringify(answer)}`)
    await new Promise(resolve => setTimeout(resolve, 25))
  }
}

async function freePort() {
  const server = createServer().listen(0, 'localhost')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** Builds and starts the server of ClientServer.java. It can be started again, on the same ports. */
export async function startServer() {
  const shell = command => execFileSync('bash', ['-ec', command], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const java = shell('. config/jdk.sh; . config/build.sh; build_fast demo; printf %s "$JAVA25"')
  const [plain, secure] = [await freePort(), await freePort()]
  let current
  const start = async () => {
    const child = spawn(java, ['--enable-native-access=ALL-UNNAMED', '-XX:TieredStopAtLevel=1', '-cp', 'demo/target/fast/lib/*',
      'client/browser/ClientServer.java', 'client/dist', `${plain}`, `${secure}`], { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] })
    const log = []
    current = { child, exit: once(child, 'exit') }
    createInterface({ input: child.stderr }).on('line', line => log.push(line))
    let ready = false
    createInterface({ input: child.stdout }).on('line', line => { ready ||= line.startsWith('ports ') })
    await until(() => {
      if (child.exitCode !== null) throw new Error(`the server has ended:\n${log.join('\n')}`)
      return ready
    }, Boolean, { within: 60_000, what: 'a server that listens' })
  }
  const stop = async signal => {
    if (signal) current.child.kill(signal)
    else current.child.stdin.end()
    const timeout = setTimeout(() => current.child.kill('SIGKILL'), 10_000)
    await current.exit
    clearTimeout(timeout)
  }
  await start()
  const origin = `http://localhost:${plain}`
  return {
    origin,
    secureOrigin: `https://localhost:${secure}`,
    plain,
    secure,
    counts: async () => (await fetch(`${origin}/counts`)).json(),
    /** Sends texts to the room, in order. */
    publish: async texts => {
      const response = await fetch(`${origin}/publish`, { method: 'POST', body: JSON.stringify(texts), headers: { 'Content-Type': 'application/json' } })
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    },
    restart: async () => {
      await stop('SIGKILL')
      await start()
    },
    stop: () => stop(),
  }
}
