package dev.millrace.stream;

/** What became of an event that was offered to a stream. */
public enum Offered {
  /** It waits for the reader, or has left. */
  QUEUED,

  /** The reader is too slow, or the data could not be written; the stream counts it as dropped. */
  DROPPED,

  /** The stream has ended. */
  CLOSED
}
