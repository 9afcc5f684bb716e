package dev.millrace.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What is alive now, and what has been turned away since the start. */
public final class Counters {
  final AtomicInteger streams = new AtomicInteger();
  final AtomicInteger timers = new AtomicInteger();
  final AtomicInteger threads = new AtomicInteger();
  private final LongAdder refused = new LongAdder();
  private final LongAdder dropped = new LongAdder();

  /** All zero. */
  public Counters() {}

  /** Streams that have not ended. */
  public int streams() {
    return streams.get();
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

  /** For transports: a request was turned away. */
  public void countRefused() {
    refused.increment();
  }

  void countDropped(long events) {
    dropped.add(events);
  }
}
