package dev.millrace.http;

import java.time.Duration;

/**
 * How much one client may ask of a server. What is over a limit is answered with the status that
 * RFC 9110 has for it where that is possible, and the connection is closed where framing is lost.
 *
 * @param urlBytes longest request target; 8,192; over it 414
 * @param headerBytes all header fields of a request together; 16,384; over it 431
 * @param bodyBytes longest request body; 1 MiB; over it 413
 * @param headerTime to send a whole request head once it has begun; 10 s; then 408
 * @param bodyTime between two pieces of a request body; 30 s; then 408
 * @param idleTime a connection without a request; 60 s; then closed
 * @param stallTime a stream whose reader takes nothing while bytes wait for it; 30 s; then closed,
 *     up to 15 s later, because streams are looked at no more often
 * @param streamsPerConnection requests at one time on an HTTP/2 connection, open streams included;
 *     256
 */
public record Limits(
    int urlBytes,
    int headerBytes,
    long bodyBytes,
    Duration headerTime,
    Duration bodyTime,
    Duration idleTime,
    Duration stallTime,
    int streamsPerConnection) {

  /** What holds unless something else is set. */
  public static final Limits DEFAULT =
      new Limits(
          8192,
          16_384,
          1 << 20,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          256);

  /** Checks that every limit is one. */
  public Limits {
    atLeast("urlBytes", urlBytes, 256);
    atLeast("headerBytes", headerBytes, 1024);
    atLeast("bodyBytes", bodyBytes, 0);
    positive("headerTime", headerTime);
    positive("bodyTime", bodyTime);
    positive("idleTime", idleTime);
    positive("stallTime", stallTime);
    atLeast("streamsPerConnection", streamsPerConnection, 1);
  }

  /** The same with another {@code urlBytes}. */
  public Limits urlBytes(int bytes) {
    return new Limits(
        bytes,
        headerBytes,
        bodyBytes,
        headerTime,
        bodyTime,
        idleTime,
        stallTime,
        streamsPerConnection);
  }

  /** The same with another {@code headerBytes}. */
  public Limits headerBytes(int bytes) {
    return new Limits(
        urlBytes,
        bytes,
        bodyBytes,
        headerTime,
        bodyTime,
        idleTime,
        stallTime,
        streamsPerConnection);
  }

  /** The same with another {@code bodyBytes}. */
  public Limits bodyBytes(long bytes) {
    return new Limits(
        urlBytes,
        headerBytes,
        bytes,
        headerTime,
        bodyTime,
        idleTime,
        stallTime,
        streamsPerConnection);
  }

  /** The same with another {@code headerTime}. */
  public Limits headerTime(Duration time) {
    return new Limits(
        urlBytes,
        headerBytes,
        bodyBytes,
        time,
        bodyTime,
        idleTime,
        stallTime,
        streamsPerConnection);
  }

  /** The same with another {@code bodyTime}. */
  public Limits bodyTime(Duration time) {
    return new Limits(
        urlBytes,
        headerBytes,
        bodyBytes,
        headerTime,
        time,
        idleTime,
        stallTime,
        streamsPerConnection);
  }

  /** The same with another {@code idleTime}. */
  public Limits idleTime(Duration time) {
    return new Limits(
        urlBytes,
        headerBytes,
        bodyBytes,
        headerTime,
        bodyTime,
        time,
        stallTime,
        streamsPerConnection);
  }

  /** The same with another {@code stallTime}. */
  public Limits stallTime(Duration time) {
    return new Limits(
        urlBytes,
        headerBytes,
        bodyBytes,
        headerTime,
        bodyTime,
        idleTime,
        time,
        streamsPerConnection);
  }

  /** The same with another {@code streamsPerConnection}. */
  public Limits streamsPerConnection(int streams) {
    return new Limits(
        urlBytes, headerBytes, bodyBytes, headerTime, bodyTime, idleTime, stallTime, streams);
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s: %d (expected: at least %d)".formatted(name, value, least));
    }
  }

  private static void positive(String name, Duration time) {
    if (time.isZero() || time.isNegative()) {
      throw new IllegalArgumentException("%s: %s (expected: more than zero)".formatted(name, time));
    }
  }
}
