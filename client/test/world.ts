/**
 * A browser and a server for tests of sharing: tabs and workers that can die at any moment, channels and locks
 * between them, and a log of messages that connections read. Everything that would take time is a task in one of
 * many queues; what is first in which queue happens next is left to chance, or to the order in which they came.
 */
import { vi } from 'vitest'
import { sharedSource, type Surroundings } from '../src/shared'
import { createSeat, type Channel } from '../src/seat'
import type { Locks } from '../src/leader'
import type { Emit, Kind, Signal, Source, SourceFactory, SourceOptions } from '../src/signal'

/** A page or a worker. */
export interface Owner {
  name: string
  dead: boolean
  /** Frozen owners get no messages. */
  frozen?: boolean
}

interface Task {
  owner: Owner | undefined
  run(): void
}

export class World {
  private queues = new Map<string, Task[]>()
  private channels = new Map<string, Set<Endpoint>>()
  private locks = new Map<string, { holder: Waiter | undefined; line: Waiter[] }>()
  private workers = new Map<string, { owner: Owner; of: Set<Owner> }>()
  private count = 0
  /** All connections that have been opened, the living ones by `isOpen`. */
  connections: FakeConnection[] = []
  /** The server's log: ids are `e.1`, `e.2`, ... */
  log: string[] = []
  epoch = 'e'

  constructor(
    readonly has: {
      /** What becomes of a worker's script. */
      worker?: 'runs' | 'blocked' | 'missing' | 'silent'
      locks?: boolean | 'refused'
      channel?: boolean
    } = {},
    readonly random?: () => number,
    /** Whether messages of different senders may overtake each other. */
    readonly overtaking = false,
  ) {}

  later(queue: string, owner: Owner | undefined, run: () => void) {
    const tasks = this.queues.get(queue) ?? []
    tasks.push({ owner, run })
    this.queues.set(queue, tasks)
  }

  /** Does one thing; false if there is nothing to do. */
  async step(): Promise<boolean> {
    for (let i = 0; i < 5; i++) await Promise.resolve()
    const ready = [...this.queues].filter(([, tasks]) => tasks.length > 0 && !tasks[0]!.owner?.frozen)
    if (!ready.length) return false
    const [, tasks] = ready[this.random ? Math.floor(this.random() * ready.length) : 0]!
    const { owner, run } = tasks.shift()!
    vi.setSystemTime(Date.now() + 1)
    if (!owner?.dead) run()
    return true
  }

  /** Does all that is to be done. */
  async settle() {
    for (let steps = 0; await this.step();) if (++steps > 200_000) throw new Error('it does not settle')
  }

  /** Lets time pass, and everything happen that it brings. */
  async pass(milliseconds: number) {
    await this.settle()
    for (let left = milliseconds; left > 0; left -= 500) {
      await vi.advanceTimersByTimeAsync(Math.min(left, 500))
      await this.settle()
    }
  }

  publish(data = `m${this.log.length + 1}`) {
    this.log.push(data)
    for (const connection of this.open()) connection.deliver()
  }

  open() {
    return this.connections.filter(connection => connection.isOpen)
  }

  kill(owner: Owner) {
    owner.dead = true
    for (const endpoints of this.channels.values()) for (const endpoint of endpoints) if (endpoint.owner === owner) endpoints.delete(endpoint)
    for (const [name, lock] of this.locks) {
      lock.line = lock.line.filter(waiter => waiter.owner !== owner)
      if (lock.holder?.owner === owner) this.free(name)
    }
    for (const connection of this.connections) if (connection.owner === owner) connection.cut()
    for (const [name, worker] of this.workers) {
      worker.of.delete(owner)
      if (!worker.of.size) {
        this.workers.delete(name)
        this.kill(worker.owner)
      }
    }
  }

  /** The worker's process dies; its tabs live. */
  killWorker() {
    for (const [name, worker] of this.workers) {
      this.workers.delete(name)
      this.kill(worker.owner)
    }
  }

  locksOf(owner: Owner): Locks {
    return {
      request: (name, { signal }, granted) => {
        if (this.has.locks === 'refused') return Promise.reject(new DOMException('no locks here', 'SecurityError'))
        return new Promise((resolve, reject) => {
          if (owner.dead) return
          const lock = this.locks.get(name) ?? { holder: undefined, line: [] }
          this.locks.set(name, lock)
          const waiter: Waiter = { owner, grant: () => {
            if (signal.aborted) return this.free(name)
            Promise.resolve(granted()).then(() => {
              if (lock.holder === waiter) this.free(name)
              resolve(undefined)
            })
          } }
          signal.addEventListener('abort', () => {
            if (lock.line.includes(waiter)) {
              lock.line = lock.line.filter(other => other !== waiter)
              reject(signal.reason)
            }
          })
          lock.line.push(waiter)
          if (!lock.holder) this.free(name)
        })
      },
    }
  }

  private free(name: string) {
    const lock = this.locks.get(name)!
    const next = lock.holder = lock.line.shift()
    if (next) this.later(`lock ${name}`, next.owner, () => {
      if (lock.holder === next) next.grant()
    })
  }

  channelOf(owner: Owner, name: string): Channel {
    if (this.has.channel === false) throw new Error('no channels here')
    if (owner.dead) throw new Error(`${owner.name} is dead`)
    const endpoints = this.channels.get(name) ?? new Set<Endpoint>()
    this.channels.set(name, endpoints)
    const number = ++this.count
    const endpoint: Endpoint = { owner, onmessage: null, postMessage: message => {
      if (owner.dead) return
      if (!endpoints.has(endpoint)) throw new DOMException('the channel is closed', 'InvalidStateError')
      for (const other of endpoints) {
        if (other === endpoint) continue
        const data = structuredClone(message)
        const queue = `channel ${other.number}${this.overtaking ? ` of ${number}` : ''}`
        this.later(queue, other.owner, () => endpoints.has(other) && other.onmessage?.({ data } as MessageEvent))
      }
    }, close: () => void endpoints.delete(endpoint), number }
    endpoints.add(endpoint)
    return endpoint
  }

  factoryOf(owner: Owner): SourceFactory {
    return (url, options, emit) => {
      const connection = new FakeConnection(this, owner, url, options, emit)
      this.connections.push(connection)
      return connection
    }
  }

  surroundings(owner: Owner, page = new EventTarget()): Surroundings {
    const locks = this.has.locks === false ? undefined : this.locksOf(owner)
    return {
      locks,
      channel: name => this.channelOf(owner, name),
      page,
      worker: name => {
        if (owner.dead) return undefined
        const kind = this.has.worker ?? 'runs'
        const handle: { onerror: ((event: any) => void) | null } = { onerror: null }
        if (kind === 'missing') throw new Error('no workers here')
        if (kind === 'blocked') this.later(`worker ${name}`, owner, () => handle.onerror?.(new Event('error')))
        if (kind === 'runs') {
          const worker = this.workers.get(name) ?? { owner: { name: 'worker', dead: false }, of: new Set<Owner>() }
          worker.of.add(owner)
          if (!this.workers.has(name)) {
            this.workers.set(name, worker)
            this.later(`worker ${name}`, worker.owner, () => createSeat({
              name, where: 'worker', channel: this.channelOf(worker.owner, name), locks: locks && this.locksOf(worker.owner),
              factory: () => this.factoryOf(worker.owner), told() {},
            }).stand(() => {}))
          }
        }
        return handle
      },
    }
  }

  /** A tab that opens a shared connection. */
  tab(options: SourceOptions = {}, { url = 'https://mill.example/news', kind = 'stream' as Kind } = {}) {
    return new Tab(this, `tab ${++this.count}`, kind, url, options)
  }
}

interface Waiter {
  owner: Owner
  grant(): void
}

interface Endpoint extends Channel {
  owner: Owner
  number: number
}

/** A connection to the log, as a link makes it: with its own reconnects, when `lose` is called. */
export class FakeConnection implements Source {
  isOpen = false
  closed: { code: number | undefined; reason: string | undefined } | undefined
  sent: unknown[] = []
  checks: number[] = []
  pauses: boolean[] = []
  private next = 0
  private last: string | undefined
  private turn = 0

  constructor(readonly world: World, readonly owner: Owner, readonly url: string, readonly options: SourceOptions, readonly emit: Emit) {
    this.last = options.lastEventId
  }

  open() {
    if (this.owner.dead) return
    const turn = ++this.turn
    this.emit({ type: 'state', state: 'connecting' })
    this.world.later(`server ${this.owner.name}`, this.owner, () => {
      if (turn !== this.turn) return
      this.isOpen = true
      const [epoch, number] = this.last?.split('.') ?? []
      this.next = epoch === this.world.epoch ? Number(number) : this.world.log.length
      this.emit({ type: 'state', state: 'open' })
      if (epoch !== undefined && epoch !== this.world.epoch) this.emit({ type: 'gap', data: '{"reason":"epoch"}' })
      this.tell({ type: 'position', id: `${this.world.epoch}.${this.next}` })
      this.deliver()
    })
  }

  private tell(signal: Signal) {
    if ('id' in signal) this.last = signal.id
    this.emit(signal)
  }

  /** What the log has for it, one message at a time. */
  deliver() {
    const turn = this.turn
    this.world.later(`server ${this.owner.name}`, this.owner, () => {
      if (!this.isOpen || turn !== this.turn || this.next >= this.world.log.length) return
      const text = this.world.log[this.next++]!
      const data = text.startsWith('bytes') ? new TextEncoder().encode(text).buffer as ArrayBuffer : text
      this.tell({ type: 'message', event: 'message', data, id: `${this.world.epoch}.${this.next}` })
      this.deliver()
    })
  }

  /** The network fails, and comes back. */
  lose() {
    this.cut()
    this.emit({ type: 'state', state: 'waiting', delay: 1 })
    this.open()
  }

  cut() {
    this.isOpen = false
    this.turn++
  }

  send(...sent: unknown[]) {
    this.sent.push(sent)
  }

  check(away: number) {
    this.checks.push(away)
  }

  pause() {
    this.pauses.push(true)
    this.cut()
    this.emit({ type: 'state', state: 'paused' })
  }

  resume() {
    this.pauses.push(false)
    this.open()
  }

  close(code?: number, reason?: string) {
    this.closed = { code, reason }
    this.cut()
    this.emit({ type: 'state', state: 'closed', reason: { message: 'closed by this page', terminal: true, clean: true } })
  }
}

export class Tab implements Owner {
  dead = false
  frozen = false
  signals: Signal[] = []
  readonly source: Source
  readonly page = new EventTarget()

  constructor(readonly world: World, readonly name: string, kind: Kind, url: string, readonly options: SourceOptions) {
    this.source = sharedSource(kind, url, options, signal => {
      if (!this.dead) this.signals.push(signal) // its timers run on, which in a browser they do not
    }, world.factoryOf(this), world.surroundings(this, this.page))
    this.source.open()
  }

  kill() {
    this.world.kill(this)
  }

  states() {
    return this.signals.flatMap(signal => signal.type === 'state' ? [signal.state] : [])
  }

  gaps() {
    return this.signals.flatMap(signal => signal.type === 'gap' ? [JSON.parse(signal.data as string)] : [])
  }

  received() {
    return this.signals.flatMap(signal => signal.type !== 'message' ? []
      : [signal.data instanceof ArrayBuffer ? new TextDecoder().decode(signal.data) : signal.data as string])
  }

  /** The number behind which it began, as far as it was told. */
  begin() {
    const [first] = this.signals.filter(({ type }) => type === 'position' || type === 'message')
    const id = this.options.lastEventId ?? (first && 'id' in first ? first.id : undefined)
    const number = id === undefined ? undefined : Number(id.split('.')[1])
    return first?.type === 'message' && !this.options.lastEventId && number !== undefined ? number - 1 : number
  }

  leave(persisted = false) {
    this.page.dispatchEvent(Object.assign(new Event('pagehide'), { persisted }))
  }

  comeBack() {
    this.page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
  }
}

/** Numbers from 0 to 1, the same for each seed (xorshift). */
export function randomOf(seed: number) {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
