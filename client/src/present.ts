/**
 * Who is there, as a shared connection was told: the server says it when the connection is opened, so a tab that
 * comes late has to be told by the others.
 */
import type { Signal } from './signal'

type Told = Signal & { type: 'message' }
type Member = { id: string }

const valueOf = ({ json, data }: Told): any => (json ? data : JSON.parse(data as string))

/**
 * What a late tab is to be told, after one more signal.
 *
 * @param before the same before that signal: a `members` event, or undefined if there was none
 */
export function present(before: Told | undefined, signal: Signal): Told | undefined {
  if (signal.type === 'state') return signal.state === 'open' ? before : undefined
  if (signal.type !== 'message' || signal.id !== undefined) return before
  if (signal.event === 'members') return signal
  if (signal.event !== 'presence' || !before) return before
  try {
    const { joined, left, size } = valueOf(signal)
    const members = valueOf(before).members as Member[] | undefined
    const data: object = { size }
    // Of many, the number alone is told.
    if (members && joined) {
      const all = new Map([...members, ...(joined as Member[])].map(member => [member.id, member]))
      for (const id of left) all.delete(id)
      Object.assign(data, { members: [...all.values()] })
    }
    return { ...before, data: before.json ? data : JSON.stringify(data) }
  } catch {
    return undefined // events of the application's own, of the same names
  }
}
