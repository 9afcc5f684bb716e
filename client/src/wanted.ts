/** Which tabs want the same connection, and what another tab or a worker has to know to make it. */
import type { Wanted } from './messages'
import type { Kind, SourceOptions } from './signal'

/** 64 bits that tell apart what must not share a connection, without showing it: header fields may be secret. */
function hash(text: string): string {
  let a = 0x811c9dc5
  let b = 0x9e3779b9
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193)
    b = Math.imul((b << 5 | b >>> 27) ^ text.charCodeAt(i), 0x85ebca6b)
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36)
}

/** The options that a connection elsewhere can be told. */
const PLAIN = ['backoff', 'headers', 'credentials', 'silence', 'maxEvent', 'protocols', 'outbox'] as const

export function wantedOf(kind: Kind, url: string, options: SourceOptions): Wanted {
  const plain = PLAIN.filter(name => options[name] !== undefined && typeof options[name] !== 'function')
  const asks = (['token', 'headers'] as const).filter(what => typeof options[what] === 'function')
  return { kind, url, options: Object.fromEntries(plain.map(name => [name, options[name]])), asks }
}

/** What channel and locks are called: the same for tabs that may share, and for no others. The number is that of the messages' form. */
export function nameOf({ kind, url, options, asks }: Wanted): string {
  const { headers, credentials, protocols, outbox } = options
  return `millrace1 ${kind} ${url} ${hash(JSON.stringify([headers, credentials, protocols, outbox, asks]))}`
}
