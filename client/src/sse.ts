import type { Emit } from './signal'

/**
 * Reads `text/event-stream`, as the HTML standard interprets it ("9.2.6 Interpreting an event stream"): bytes go in,
 * in pieces of any length, and signals come out. Each byte is looked at a fixed number of times, whatever the pieces.
 *
 * An event leaves with the empty line behind it; what has none when the input ends is never told. An id without data
 * is no event for the standard, but the position is kept, and so it is told as one.
 *
 * @param emit takes messages, gaps and positions
 * @param retry takes the time, in milliseconds, of a `retry` field
 * @param limit the characters that an event may have which does not end with its piece
 * @returns takes the next piece; throws a RangeError when the limit is passed, and is of no use from then on
 */
export function eventStream(
  emit: Emit,
  retry: (milliseconds: number) => void,
  limit = 1 << 24,
): (piece: Uint8Array) => void {
  // Takes a byte order mark away, once, as the standard wants it.
  const decoder = new TextDecoder()
  const lineEnd = /\r\n?|\n/g
  let line = ''
  let data: string | undefined
  let event = ''
  let id: string | undefined
  let afterCr = false

  const take = () => {
    if (!line) {
      if (data !== undefined) emit({ type: event === 'gap' ? event : 'message', event: event || 'message', data, id })
      else if (id !== undefined) emit({ type: 'position', id })
      data = id = undefined
      event = ''
    }
    const [, field, value] = /([^:]*):? ?([^]*)/.exec(line) as unknown as [string, string, string]
    if (field === 'data') data = data === undefined ? value : data + '\n' + value
    if (field === 'event') event = value
    if (field === 'id' && !value.includes('\0')) id = value
    if (field === 'retry' && /^\d+$/.test(value)) retry(+value)
    line = ''
  }

  return bytes => {
    const piece = decoder.decode(bytes, { stream: true })
    // A CR ends its line at once: the LF that may follow, perhaps in a later piece, belongs to it.
    let start = (lineEnd.lastIndex = +(afterCr && piece[0] === '\n'))
    for (let end; (end = lineEnd.exec(piece)); ) {
      line += piece.slice(start, end.index)
      start = lineEnd.lastIndex
      take()
    }
    if (piece) afterCr = piece.endsWith('\r')
    line += piece.slice(start)
    if (line.length + (data ?? '').length > limit) {
      throw new RangeError(`an event is longer than ${limit} characters`)
    }
  }
}
