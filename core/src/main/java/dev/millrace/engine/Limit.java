package dev.millrace.engine;

/**
 * What somebody can be stopped by, each with a {@linkplain Counters#limited counter}. The values of
 * those that can be set are in {@link dev.millrace.http.Limits}.
 */
public enum Limit {
  /** A request target that is too long: 414. */
  URL,
  /** Header fields that are too large together: 431. */
  HEADERS,
  /** Too many header fields: 431. */
  HEADER_FIELDS,
  /** A request body that is too large: 413. */
  BODY,
  /** A request head that did not come in time: 408, or closed. */
  HEADER_TIME,
  /** A request body that has stopped coming: 408. */
  BODY_TIME,
  /** A request body that comes too slowly: 408. */
  BODY_RATE,
  /** A connection that was closed because nobody used it. */
  IDLE,
  /** A response or stream that was cut because its reader took nothing. */
  STALL,
  /** A message of a WebSocket that is too long: 1009. */
  MESSAGE_BYTES,
  /** A message of a WebSocket in too many frames: 1008. */
  MESSAGE_FRAGMENTS,
  /** A client of a WebSocket that sends too many messages in a time: 1008. */
  MESSAGE_RATE,
  /** A client of a WebSocket that sends too many pings and pongs in a time: 1008. */
  CONTROL_RATE,
  /** A client of a WebSocket that was silent and did not answer a ping: cut. */
  PONG,
  /**
   * A client of a WebSocket whose numbers were forgotten for others': what it sends anew is heard.
   */
  OUTBOXES,
  /** A connection over the number of connections in all: 503, or closed. */
  CONNECTIONS,
  /** A connection over the number of connections from its address: 503, or closed. */
  CONNECTIONS_PER_ADDRESS,
  /** A request over the number of HTTP/2 streams of a connection. */
  STREAMS,
  /** An HTTP/2 connection that was closed because of what it sent for nothing. */
  FLOOD,
  /** An attempt to accept that failed, for want of file descriptors as a rule. */
  ACCEPT
}
