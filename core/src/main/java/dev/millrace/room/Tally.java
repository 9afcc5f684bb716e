package dev.millrace.room;

import java.util.concurrent.atomic.AtomicLong;

/** What has been counted of one room. Most rooms have none. */
final class Tally {
  private final AtomicLong overtaken = new AtomicLong();
  private final AtomicLong skipped = new AtomicLong();
  private final AtomicLong disconnected = new AtomicLong();
  private final AtomicLong waited = new AtomicLong();

  void overtaken() {
    overtaken.incrementAndGet();
  }

  void skipped(long messages) {
    skipped.addAndGet(messages);
  }

  void disconnected() {
    disconnected.incrementAndGet();
  }

  void waited() {
    waited.incrementAndGet();
  }

  RoomStats stats(int members, int messages, long bytes) {
    return new RoomStats(
        members, messages, bytes, overtaken.get(), skipped.get(), disconnected.get(), waited.get());
  }
}
