package dev.millrace.cluster;

import dev.millrace.time.TimeSource;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A backplane in this process's memory. What it keeps is bounded for each room by its {@link
 * Retention}, and over all rooms by {@link MemoryLimits}. It has no thread of its own: each {@code
 * append} lets go what is too old in its room and looks at {@value #LOOKS} other old messages, and
 * {@link #sweep} looks at more.
 *
 * <p>One lock is around a message's number, its place in the log and the calls of {@code entry}, so
 * that there is one order without holes; with no listeners it is held for some 100 ns. {@code
 * delivered} is called when it has been given back. Nothing blocks but for this lock.
 *
 * <p>Every instance has an epoch of its own.
 */
public final class MemoryBackplane implements Backplane {
  private static final int LOOKS = 2;

  /** How many messages are looked at before the lock is given back. */
  private static final int SWEEP_SLICE = 1000;

  /** Which part of all messages is looked at by one sweep. */
  private static final int SWEEP_PART = 64;

  private final ReentrantLock lock = new ReentrantLock();
  private final TimeSource time;
  private final MemoryLog log;
  private final String epoch = newEpoch();

  private final Set<MemoryLink> links = new LinkedHashSet<>();
  private int attached;
  private boolean closed;

  /** Written under the lock, when all listeners have been told. */
  private volatile long head;

  MemoryBackplane(MemoryLimits limits, TimeSource time) {
    this.log = new MemoryLog(limits);
    this.time = time;
  }

  private static String newEpoch() {
    byte[] random = new byte[6];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().encodeToString(random);
  }

  @Override
  public Link attach() {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the backplane has been closed");
      }
      MemoryLink link = new MemoryLink(this, "memory-" + ++attached);
      links.add(link);
      return link;
    } finally {
      lock.unlock();
    }
  }

  Position position() {
    return new Position(epoch, head);
  }

  Position append(MemoryLink link, String room, byte[] payload, Retention retention) {
    checkOutside("append");
    MemorySubscription[] told;
    long sequence;
    lock.lock();
    try {
      checkOpen(link);
      sequence = head + 1;
      long now = time.nanoTime();
      MemoryRoom to = log.room(room);
      Stored stored = new Stored(sequence, to.newest, time.instant().toEpochMilli(), payload);
      log.add(new Kept(to, stored, now), retention);
      log.sweep(LOOKS, now);
      told = to.subscriptions();
      for (MemorySubscription subscription : told) {
        subscription.entry(stored);
      }
      head = sequence;
    } finally {
      lock.unlock();
    }
    for (MemorySubscription subscription : told) {
      subscription.delivered();
    }
    return new Position(epoch, sequence);
  }

  MemorySubscription subscribe(MemoryLink link, String name, Link.Listener listener) {
    checkOutside("subscribe");
    lock.lock();
    try {
      checkOpen(link);
      MemoryRoom room = log.room(name);
      log.expire(room, time.nanoTime());
      MemorySubscription subscription = new MemorySubscription(link, room, listener);
      room.add(subscription);
      subscription.history(room.history(head));
      room.tellPresent(subscription);
      return subscription;
    } finally {
      lock.unlock();
    }
  }

  void unsubscribe(MemorySubscription subscription) {
    lock.lock();
    try {
      subscription.room.remove(subscription);
      log.forgetIfIdle(subscription.room);
    } finally {
      lock.unlock();
    }
  }

  void announce(MemoryLink link, String name, String member, byte @Nullable [] attributes) {
    lock.lock();
    try {
      MemoryRoom room = attributes == null ? log.find(name) : log.room(name);
      // A link that has ended has taken back its members already.
      if (room != null && !link.closed) {
        room.announce(link, member, attributes);
        log.forgetIfIdle(room);
      }
    } finally {
      lock.unlock();
    }
  }

  void detach(MemoryLink link) {
    lock.lock();
    try {
      if (link.closed) {
        return;
      }
      link.closed = true;
      links.remove(link);
      for (MemoryRoom room : log.rooms(room -> room.has(link))) {
        room.withdraw(link);
        log.forgetIfIdle(room);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets go messages that are too old, in rooms in which nothing happens: nobody is given them, but
   * they take memory. Looks at a 64th of all messages and at 1,000 at least, and gives the lock
   * back after each 1,000. Called once a second it finds a message a minute late at most.
   */
  @Override
  public void sweep() {
    long looks = SWEEP_SLICE;
    boolean end = false;
    for (long looked = 0; looked < looks && !end; looked += SWEEP_SLICE) {
      lock.lock();
      try {
        looks = Math.max(looks, log.messages() / SWEEP_PART);
        end = log.sweep(SWEEP_SLICE, time.nanoTime());
      } finally {
        lock.unlock();
      }
    }
  }

  /** What it holds, and what it has let go. Cheap. */
  public MemoryStats stats() {
    lock.lock();
    try {
      return log.stats();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      new ArrayList<>(links).forEach(this::detach);
      log.clear();
    } finally {
      lock.unlock();
    }
  }

  private void checkOutside(String call) {
    if (lock.isHeldByCurrentThread()) {
      throw new IllegalStateException(
          call + " was called from a listener (expected: from elsewhere, because it may block)");
    }
  }

  private static void checkOpen(MemoryLink link) {
    if (link.closed) {
      throw new IllegalStateException("link " + link.node() + " has been closed");
    }
  }

  @Override
  public String toString() {
    return "MemoryBackplane[" + epoch + ", " + stats() + "]";
  }
}
