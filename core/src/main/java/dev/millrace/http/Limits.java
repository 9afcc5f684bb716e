package dev.millrace.http;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How much one client may ask of a server. What is over a limit is answered with the status that
 * RFC 9110 has for it where that is possible, the connection is closed where framing is lost, and
 * it is counted ({@code Server.counters().limited(…)}).
 *
 * @param urlBytes longest request target; 8,192; over it 414
 * @param headerBytes all header fields of a request together; 16,384; over it 431
 * @param headerFields most header fields of a request; 100; over it 431
 * @param bodyBytes longest request body; 1 MiB; over it 413
 * @param headerTime to send a whole request head once it has begun, however many bytes come
 *     meanwhile, and to begin the first one of a connection; 10 s; then 408, or closed where
 *     nothing has come
 * @param bodyTime between two pieces of a request body; 30 s; then 408
 * @param bodyRate bytes per second that a client must send of a body on average, counted while the
 *     handler waits for it, and only when that has been for longer than {@code bodyTime}; 240; then
 *     408; 0 for no such limit
 * @param idleTime a connection without a request; 60 s; then closed
 * @param stallTime a response whose reader takes nothing while bytes wait for it, streams and files
 *     too; 30 s; then cut, up to a quarter of that later, because it is looked after no more often
 * @param streamsPerConnection requests at one time on an HTTP/2 connection, open streams included;
 *     256; those over it are refused with REFUSED_STREAM
 * @param connections connections at one time; 100,000; those over it are answered with 503 and
 *     {@code Retry-After}, with TLS closed
 * @param connectionsPerAddress the same for each address of clients, where an address of IPv6 is
 *     its first 64 bits; 100,000, so no limit of its own: behind a proxy all clients share one
 *     address. A server that faces its clients does well with a few hundred
 */
public record Limits(
    int urlBytes,
    int headerBytes,
    int headerFields,
    long bodyBytes,
    Duration headerTime,
    Duration bodyTime,
    int bodyRate,
    Duration idleTime,
    Duration stallTime,
    int streamsPerConnection,
    int connections,
    int connectionsPerAddress) {

  /** What holds unless something else is set. */
  public static final Limits DEFAULT =
      new Limits(
          8192,
          16_384,
          100,
          1 << 20,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          240,
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          256,
          100_000,
          100_000);

  /** Checks that every limit is one. */
  public Limits {
    atLeast("urlBytes", urlBytes, 256);
    atLeast("headerBytes", headerBytes, 1024);
    atLeast("headerFields", headerFields, 16);
    atLeast("bodyBytes", bodyBytes, 0);
    positive("headerTime", headerTime);
    positive("bodyTime", bodyTime);
    atLeast("bodyRate", bodyRate, 0);
    positive("idleTime", idleTime);
    positive("stallTime", stallTime);
    atLeast("streamsPerConnection", streamsPerConnection, 1);
    atLeast("connections", connections, 1);
    atLeast("connectionsPerAddress", connectionsPerAddress, 1);
  }

  /** The same with another {@code urlBytes}. */
  public Limits urlBytes(int bytes) {
    return with(draft -> draft.urlBytes = bytes);
  }

  /** The same with another {@code headerBytes}. */
  public Limits headerBytes(int bytes) {
    return with(draft -> draft.headerBytes = bytes);
  }

  /** The same with another {@code headerFields}. */
  public Limits headerFields(int fields) {
    return with(draft -> draft.headerFields = fields);
  }

  /** The same with another {@code bodyBytes}. */
  public Limits bodyBytes(long bytes) {
    return with(draft -> draft.bodyBytes = bytes);
  }

  /** The same with another {@code headerTime}. */
  public Limits headerTime(Duration time) {
    return with(draft -> draft.headerTime = time);
  }

  /** The same with another {@code bodyTime}. */
  public Limits bodyTime(Duration time) {
    return with(draft -> draft.bodyTime = time);
  }

  /** The same with another {@code bodyRate}. */
  public Limits bodyRate(int bytesPerSecond) {
    return with(draft -> draft.bodyRate = bytesPerSecond);
  }

  /** The same with another {@code idleTime}. */
  public Limits idleTime(Duration time) {
    return with(draft -> draft.idleTime = time);
  }

  /** The same with another {@code stallTime}. */
  public Limits stallTime(Duration time) {
    return with(draft -> draft.stallTime = time);
  }

  /** The same with another {@code streamsPerConnection}. */
  public Limits streamsPerConnection(int streams) {
    return with(draft -> draft.streamsPerConnection = streams);
  }

  /** The same with another {@code connections}. */
  public Limits connections(int most) {
    return with(draft -> draft.connections = most);
  }

  /** The same with another {@code connectionsPerAddress}. */
  public Limits connectionsPerAddress(int most) {
    return with(draft -> draft.connectionsPerAddress = most);
  }

  /** All limits once more, to change one of them. */
  private static final class Draft {
    int urlBytes;
    int headerBytes;
    int headerFields;
    long bodyBytes;
    Duration headerTime;
    Duration bodyTime;
    int bodyRate;
    Duration idleTime;
    Duration stallTime;
    int streamsPerConnection;
    int connections;
    int connectionsPerAddress;

    Draft(Limits from) {
      this.urlBytes = from.urlBytes;
      this.headerBytes = from.headerBytes;
      this.headerFields = from.headerFields;
      this.bodyBytes = from.bodyBytes;
      this.headerTime = from.headerTime;
      this.bodyTime = from.bodyTime;
      this.bodyRate = from.bodyRate;
      this.idleTime = from.idleTime;
      this.stallTime = from.stallTime;
      this.streamsPerConnection = from.streamsPerConnection;
      this.connections = from.connections;
      this.connectionsPerAddress = from.connectionsPerAddress;
    }

    Limits limits() {
      return new Limits(
          urlBytes,
          headerBytes,
          headerFields,
          bodyBytes,
          headerTime,
          bodyTime,
          bodyRate,
          idleTime,
          stallTime,
          streamsPerConnection,
          connections,
          connectionsPerAddress);
    }
  }

  private Limits with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.limits();
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
