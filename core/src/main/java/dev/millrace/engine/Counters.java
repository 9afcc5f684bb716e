package dev.millrace.engine;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What is alive now, and what has been turned away since the start. */
public final class Counters {
  final AtomicInteger streams = new AtomicInteger();
  final AtomicInteger sockets = new AtomicInteger();
  final AtomicInteger timers = new AtomicInteger();
  final AtomicInteger threads = new AtomicInteger();
  private final Map<Limit, LongAdder> limited = new EnumMap<>(Limit.class);
  private final LongAdder refused = new LongAdder();
  private final LongAdder dropped = new LongAdder();

  /** All zero. */
  public Counters() {
    for (Limit limit : Limit.values()) {
      limited.put(limit, new LongAdder());
    }
  }

  /** Streams that have not ended, without WebSockets. */
  public int streams() {
    return streams.get();
  }

  /** WebSockets that have not ended. */
  public int sockets() {
    return sockets.get();
  }

  /** Timers of streams that are running. */
  public int timers() {
    return timers.get();
  }

  /** Virtual threads that run handlers, timers and cleanups. */
  public int threads() {
    return threads.get();
  }

  /** Requests that broke the protocol or a limit and reached no handler. */
  public long refused() {
    return refused.sum();
  }

  /** Events that were dropped because their reader was too slow, in all streams that have ended. */
  public long dropped() {
    return dropped.sum();
  }

  /** How often a limit has stopped somebody. */
  public long limited(Limit limit) {
    return of(limit).sum();
  }

  /** For transports: a limit has stopped somebody. */
  public void count(Limit limit) {
    of(limit).increment();
  }

  private LongAdder of(Limit limit) {
    return Objects.requireNonNull(limited.get(limit), "a limit without a counter");
  }

  /** For transports: a request was turned away. */
  public void countRefused() {
    refused.increment();
  }

  void countDropped(long events) {
    dropped.add(events);
  }
}
