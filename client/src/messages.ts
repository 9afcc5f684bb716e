/** What tabs and the hub of a shared connection say to each other, over one channel. */
import type { Kind, Signal, SourceOptions } from './signal'

/** The connection that a tab wants. */
export interface Wanted {
  kind: Kind
  url: string
  options: SourceOptions
  /** What only a tab can say, as its options are functions there. */
  asks: Question[]
}

export type Question = 'token' | 'headers'

/** What a tab says. */
export type ToHub = { from: string } & (
  | { op: 'join'; turn: number; wanted: Wanted; last: string | undefined; paused: boolean; held: boolean }
  | { op: 'bye'; code?: number | undefined; reason?: string | undefined }
  | { op: 'check'; away: number }
  | { op: 'rest'; paused: boolean; held: boolean }
  | { op: 'send'; data: string | ArrayBuffer; ack?: string | undefined }
  | { op: 'answer'; question: number; value?: unknown; error?: string }
  | { op: 'ping' }
)

/** What a hub says: to all, or `to` one. */
export type FromHub = { generation: number; to?: string } & (
  | { op: 'hello'; last: string | undefined }
  | { op: 'welcome'; turn: number; where: 'worker' | 'leader'; state: Signal; last: string | undefined; missed: Signal[] | undefined; there: Signal | undefined }
  | { op: 'signal'; signal: Signal }
  | { op: 'ask'; question: number; what: Question; not: string | undefined }
  | { op: 'full' }
  | { op: 'pong' }
)
