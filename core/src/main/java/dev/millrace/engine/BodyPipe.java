package dev.millrace.engine;

import dev.millrace.http.HttpException;
import dev.millrace.http.Limits;
import dev.millrace.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request's body between the loop that receives it and the handler that reads it. What waits here
 * is bounded by the transport, which stops reading from the client until {@link Demand#consumed}
 * says that there is room. How long a body may be is the reader's business ({@code Request}).
 */
public final class BodyPipe extends InputStream {

  /** What a transport is told of the reader. Called on the reader's thread. */
  public interface Demand {

    /** The handler wants the body; until now nobody knew. Called once. */
    void wanted();

    /** Bytes have left the pipe. */
    void consumed(int bytes);
  }

  private final Demand demand;
  private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
  private int offset;
  private long received;
  private long buffered;
  private boolean wanted;
  private boolean ended;
  private @Nullable HttpException refusal;
  private @Nullable IOException failure;
  private @Nullable Pace pace;
  private @Nullable Counters counters;

  /** An empty pipe. */
  public BodyPipe(Demand demand) {
    this.demand = demand;
  }

  /** Looks after the sender's pace, and counts what limits stop. */
  synchronized void watch(Limits limits, TimeSource time, Counters newCounters) {
    this.pace = new Pace(limits, time);
    this.counters = newCounters;
  }

  // --- the loop's side ---

  /**
   * Adds what has come.
   *
   * @param chunk owned by the pipe from now on
   * @return how many bytes wait for the reader
   */
  public synchronized long feed(byte[] chunk) {
    received += chunk.length;
    if (failure == null && refusal == null && chunk.length > 0) {
      chunks.add(chunk);
      buffered += chunk.length;
      notifyAll();
    }
    return buffered;
  }

  /** How many bytes wait for the reader. */
  public synchronized long waiting() {
    return buffered;
  }

  /** The body is whole. */
  public synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Nothing has come for too long: reading throws 408 from now on. */
  public void late() {
    refuse(new HttpException(408, "the request's body did not come in time"), Limit.BODY_TIME);
  }

  /** The rest of the body is not wanted: reading throws this from now on. */
  public void refuse(HttpException reason) {
    refuse(reason, null);
  }

  private synchronized void refuse(HttpException reason, @Nullable Limit cause) {
    if (refusal == null) {
      refusal = reason;
      if (cause != null && counters != null) {
        counters.count(cause);
      }
      chunks.clear();
      buffered = 0;
      notifyAll();
    }
  }

  /** The client went away. */
  public synchronized void fail() {
    if (!ended && failure == null) {
      failure = new IOException("the client went away before the request's body was whole");
      notifyAll();
    }
  }

  // --- the reader's side ---

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    Objects.checkFromIndexSize(from, length, target.length);
    if (length == 0) {
      return 0;
    }
    announce();
    int taken;
    synchronized (this) {
      awaitBytes();
      byte[] first = chunks.peek();
      if (first == null) {
        return -1;
      }
      taken = Math.min(length, first.length - offset);
      System.arraycopy(first, offset, target, from, taken);
      offset += taken;
      buffered -= taken;
      if (offset == first.length) {
        chunks.remove();
        offset = 0;
      }
    }
    demand.consumed(taken);
    return taken;
  }

  private void announce() {
    synchronized (this) {
      if (wanted) {
        return;
      }
      wanted = true;
    }
    demand.wanted();
  }

  private void awaitBytes() throws IOException {
    try {
      while (chunks.isEmpty() && !ended && refusal == null && failure == null) {
        long since = pace == null ? 0 : pace.now();
        wait();
        if (pace != null && !ended && pace.isTooSlow(since, received)) {
          refuse(pace.refusal(), Limit.BODY_RATE);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the request's body", e);
    }
    if (refusal != null) {
      throw refusal;
    }
    if (failure != null && chunks.isEmpty()) {
      throw failure;
    }
  }
}
