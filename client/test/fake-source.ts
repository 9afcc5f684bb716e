import type { Emit, Signal, Source, SourceFactory, SourceOptions } from '../src/signal'

/** A source that the test speaks for. */
export class FakeSource implements Source {
  calls: unknown[][] = []
  emit!: Emit
  url!: string
  options!: SourceOptions
  hold?: (on: boolean) => void
  sharing?: 'worker'

  constructor(canHold = true) {
    if (canHold) this.hold = on => void this.calls.push(['hold', on])
    else this.sharing = 'worker'
  }

  factory: SourceFactory = (url, options, emit) => {
    Object.assign(this, { url, options, emit })
    return this
  }

  open() {
    this.calls.push(['open'])
    this.emit({ type: 'state', state: 'connecting' })
  }
  send(data: string | ArrayBuffer, ack?: string) {
    this.calls.push(['send', data, ack])
  }
  check(away: number) {
    this.calls.push(['check', away])
  }
  pause() {
    this.calls.push(['pause'])
  }
  resume() {
    this.calls.push(['resume'])
  }
  close(code?: number, reason?: string) {
    this.calls.push(['close', code, reason])
    this.emit({ type: 'state', state: 'closed', reason: { message: 'closed by this page', terminal: true, clean: true } })
  }

  /** Emits messages of these texts. */
  say(...texts: string[]) {
    texts.forEach(data => this.emit({ type: 'message', event: 'message', data }))
  }

  state(state: Signal & { type: 'state' } extends { state: infer S } ? S : never, more: object = {}) {
    this.emit({ type: 'state', state, ...more })
  }

  /** The calls of one name, without it. */
  of(name: string) {
    return this.calls.filter(call => call[0] === name).map(call => call.slice(1))
  }
}
