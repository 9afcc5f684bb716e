package dev.millrace.stream;

import dev.millrace.http.Origins;
import dev.millrace.http.Syntax;
import dev.millrace.websocket.Deflate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How a WebSocket behaves. Given as the last argument of a route, or for all in the server's
 * options.
 *
 * @param maxPayload most bytes of a message that comes in, inflated; 10 MiB; over it the socket is
 *     closed with 1009, as soon as a frame says how long it is
 * @param maxFragments most frames of a message that comes in; 100,000; over it 1008
 * @param rate messages that may come in in each {@code ratePeriod}; 50; over it 1008; 0 for no
 *     limit
 * @param ratePeriod see {@code rate}; 1,000 ms
 * @param inboxMessages messages that may wait for their handler before no more is read; 256
 * @param inboxBytes the same in bytes; 65,536. One message may be longer
 * @param ping how long a client may be silent before it is sent a ping, and how long it may be
 *     silent after that before it is taken for gone; 25 s; zero switches it off
 * @param closeTime how long the other side of a close is waited for; 5 s
 * @param highWaterMark bytes that may wait for a slow reader before {@code send} waits; 65,536
 * @param subprotocols of which one is chosen, the preferred one first; none
 * @param origins whose pages may connect beside this server's own, as {@code https://app.example},
 *     or {@code *} for all; none
 * @param deflate compression of messages; {@link Deflate#OFF}
 * @param runOnEventLoop whether listeners of messages run on the event loop, which saves handing
 *     them over; false. They must not block then, not even for a lock: while one runs, no other
 *     connection of the loop moves. {@code send} throws there where it would wait
 */
public record SocketOptions(
    int maxPayload,
    int maxFragments,
    int rate,
    Duration ratePeriod,
    int inboxMessages,
    int inboxBytes,
    Duration ping,
    Duration closeTime,
    int highWaterMark,
    List<String> subprotocols,
    Set<String> origins,
    Deflate deflate,
    boolean runOnEventLoop) {

  /** What holds unless something else is set. */
  public static final SocketOptions DEFAULT =
      new SocketOptions(
          10 << 20,
          100_000,
          50,
          Duration.ofSeconds(1),
          256,
          65_536,
          Duration.ofSeconds(25),
          Duration.ofSeconds(5),
          65_536,
          List.of(),
          Set.of(),
          Deflate.OFF,
          false);

  /** Checks names and ranges. */
  public SocketOptions {
    atLeast("maxPayload", maxPayload, 125);
    atLeast("maxFragments", maxFragments, 1);
    atLeast("rate", rate, 0);
    positive("ratePeriod", ratePeriod);
    atLeast("inboxMessages", inboxMessages, 1);
    atLeast("inboxBytes", inboxBytes, 1024);
    if (ping.isNegative()) {
      throw new IllegalArgumentException(
          "ping: " + ping + " (expected: zero, which is off, or more)");
    }
    positive("closeTime", closeTime);
    atLeast("highWaterMark", highWaterMark, 1024);
    subprotocols = List.copyOf(subprotocols);
    origins = Set.copyOf(origins);
    origins.stream().filter(origin -> !origin.equals(Origins.ANY)).forEach(Origins::check);
    subprotocols.forEach(SocketOptions::checkSubprotocol);
  }

  /** The same with another {@code maxPayload}. */
  public SocketOptions maxPayload(int bytes) {
    return with(draft -> draft.maxPayload = bytes);
  }

  /** The same with another {@code maxFragments}. */
  public SocketOptions maxFragments(int frames) {
    return with(draft -> draft.maxFragments = frames);
  }

  /**
   * The same with another rate.
   *
   * @param messages 0 for no limit
   */
  public SocketOptions rate(int messages, Duration period) {
    return with(draft -> {
      draft.rate = messages;
      draft.ratePeriod = period;
    });
  }

  /** The same with another inbox. */
  public SocketOptions inbox(int messages, int bytes) {
    return with(draft -> {
      draft.inboxMessages = messages;
      draft.inboxBytes = bytes;
    });
  }

  /** The same with another time before a silent client is sent a ping; zero switches it off. */
  public SocketOptions ping(Duration silence) {
    return with(draft -> draft.ping = silence);
  }

  /** The same with another {@code closeTime}. */
  public SocketOptions closeTime(Duration time) {
    return with(draft -> draft.closeTime = time);
  }

  /** The same with another high-water mark. */
  public SocketOptions highWaterMark(int bytes) {
    return with(draft -> draft.highWaterMark = bytes);
  }

  /** The same with other subprotocols, the preferred one first. */
  public SocketOptions subprotocols(String... names) {
    return with(draft -> draft.subprotocols = List.of(names));
  }

  /** The same with other origins whose pages may connect; {@code *} for all. */
  public SocketOptions origins(String... allowed) {
    return with(draft -> draft.origins = Set.of(allowed));
  }

  /** The same with compression, as in {@link Deflate#ON}. */
  public SocketOptions deflate(Deflate how) {
    return with(draft -> draft.deflate = how);
  }

  /** The same, with or without listeners on the event loop. */
  public SocketOptions runOnEventLoop(boolean there) {
    return with(draft -> draft.runOnEventLoop = there);
  }

  /** All options once more, to change some of them. */
  private static final class Draft {
    int maxPayload;
    int maxFragments;
    int rate;
    Duration ratePeriod;
    int inboxMessages;
    int inboxBytes;
    Duration ping;
    Duration closeTime;
    int highWaterMark;
    List<String> subprotocols;
    Set<String> origins;
    Deflate deflate;
    boolean runOnEventLoop;

    Draft(SocketOptions from) {
      this.maxPayload = from.maxPayload;
      this.maxFragments = from.maxFragments;
      this.rate = from.rate;
      this.ratePeriod = from.ratePeriod;
      this.inboxMessages = from.inboxMessages;
      this.inboxBytes = from.inboxBytes;
      this.ping = from.ping;
      this.closeTime = from.closeTime;
      this.highWaterMark = from.highWaterMark;
      this.subprotocols = from.subprotocols;
      this.origins = from.origins;
      this.deflate = from.deflate;
      this.runOnEventLoop = from.runOnEventLoop;
    }

    SocketOptions options() {
      return new SocketOptions(
          maxPayload,
          maxFragments,
          rate,
          ratePeriod,
          inboxMessages,
          inboxBytes,
          ping,
          closeTime,
          highWaterMark,
          subprotocols,
          origins,
          deflate,
          runOnEventLoop);
    }
  }

  private SocketOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s: %d (expected: at least %d)".formatted(name, value, least));
    }
  }

  /** RFC 6455, section 4.1. */
  private static void checkSubprotocol(String name) {
    if (name.isEmpty() || !Syntax.isToken(name)) {
      throw new IllegalArgumentException(
          "subprotocol \"%s\" (expected: a token, without spaces and commas)"
              .formatted(Syntax.printable(name)));
    }
  }

  private static void positive(String name, Duration time) {
    if (time.isZero() || time.isNegative()) {
      throw new IllegalArgumentException("%s: %s (expected: more than zero)".formatted(name, time));
    }
  }
}
