/** Random numbers that can be had again from their seed (mulberry32). */
export function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

declare const process: { env: Record<string, string | undefined> }

/** A new seed, or that of the environment, to run a failure again: SEED=1234 npx vitest run. */
export const seed = (): number => Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** Cuts at random places. */
export function cut<T extends { length: number; slice(from: number, to: number): T }>(
  whole: T,
  next: () => number,
  longest: number,
): T[] {
  const pieces: T[] = []
  for (let at = 0; at < whole.length; ) {
    const end = Math.min(whole.length, at + 1 + Math.floor(next() * longest))
    pieces.push(whole.slice(at, end))
    at = end
  }
  return pieces
}
