package dev.millrace.netty;

import dev.millrace.engine.Dispatcher;
import dev.millrace.engine.Loop;
import dev.millrace.time.TimeSource;
import dev.millrace.time.TimerWheel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.nio.ByteBuffer;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the connections of one event loop share: timers, the date, and the list of connections that
 * have something to write at the end of the current turn.
 */
final class NettyLoop implements Loop {
  private static final Logger log = LoggerFactory.getLogger(NettyLoop.class);
  private static final DateTimeFormatter IMF_FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** Above this, what is read is looked at where it lies. */
  private static final int SCRATCH = 8 * 1024;

  /** A connection that gathers what it has to write. */
  interface EndOfTurn {

    /** Writes and flushes all that has gathered. */
    void endOfTurn();
  }

  private final SingleThreadEventLoop eventLoop;
  private final TimeSource time;
  private final TimerWheel timers;
  private final Runnable advance;
  private @Nullable Future<?> alarm;
  private final ArrayDeque<EndOfTurn> atEnd = new ArrayDeque<>();
  private final Runnable runAtEnd = this::endOfTurn;
  private final List<Runnable> begun = new ArrayList<>();
  private final BufferSink sink = new BufferSink();
  private final ByteBuffer scratch = ByteBuffer.allocate(SCRATCH);
  private final DirectBatch direct = new DirectBatch();
  private boolean yields;
  private String date = "";
  private long dateSecond = Long.MIN_VALUE;

  NettyLoop(EventLoop eventLoop, TimeSource time) {
    this.eventLoop = (SingleThreadEventLoop) eventLoop;
    this.time = time;
    this.timers = new TimerWheel(time, this::wakeLater);
    this.advance = timers::advance;
    time.onJump(this::lookAgain);
  }

  /**
   * A test has moved its clock: it goes on when what was due has fired, so that nothing is missed.
   */
  private void lookAgain() {
    var looked = eventLoop.submit(timers::advance);
    if (!eventLoop.inEventLoop()) {
      looked.awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
  }

  /** One at a time: each that goes off sets another, so that two would stay two for ever. */
  private void wakeLater(long nanos) {
    if (alarm != null) {
      alarm.cancel(false);
    }
    alarm = eventLoop.schedule(advance, nanos, TimeUnit.NANOSECONDS);
  }

  /** After the server has stopped there is nothing left to do anything with: tasks are dropped. */
  @Override
  public void execute(Runnable task) {
    try {
      eventLoop.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("the server has stopped", e);
    }
  }

  @Override
  public TimerWheel timers() {
    return timers;
  }

  @Override
  public boolean inLoop() {
    return eventLoop.inEventLoop();
  }

  /** For reading one outbound at a time. On the loop. */
  BufferSink sink() {
    return sink;
  }

  /**
   * The readable bytes of a buffer, until the next call. A few are copied, because an object that
   * shows them where they lie costs more.
   */
  ByteBuffer show(ByteBuf bytes) {
    int length = bytes.readableBytes();
    if (length > SCRATCH) {
      return bytes.nioBuffer();
    }
    scratch.clear().limit(length);
    bytes.getBytes(bytes.readerIndex(), scratch);
    return scratch.flip();
  }

  /** For what many connections are given. On the loop. */
  DirectBatch direct() {
    return direct;
  }

  TimeSource time() {
    return time;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Then the loop lets the handlers run before it waits: answers that come while it is awake
   * need no system call to wake it. On a busy or a single core the handlers of one turn so run in
   * one go, and do not take turns with the loop.
   */
  @Override
  public void begin(Dispatcher dispatcher, Runnable work) {
    if (begun.isEmpty()) {
      eventLoop.executeAfterEventLoopIteration(() -> beginAll(dispatcher));
    }
    begun.add(work);
  }

  private void beginAll(Dispatcher dispatcher) {
    dispatcher.begin(begun);
    begun.clear();
    yieldOnce();
  }

  /**
   * {@inheritDoc}
   *
   * <p>A task that is merely executed would run before that, and one that goes on so would keep
   * them waiting.
   */
  @Override
  public void nextTurn(Runnable task) {
    eventLoop.executeAfterEventLoopIteration(() -> execute(task));
  }

  /** Calls a connection once more before the loop waits again. */
  void atEndOfTurn(EndOfTurn connection) {
    if (atEnd.isEmpty()) {
      eventLoop.executeAfterEventLoopIteration(runAtEnd);
    }
    atEnd.add(connection);
  }

  private void endOfTurn() {
    for (EndOfTurn next = atEnd.peek(); next != null; next = atEnd.peek()) {
      try {
        next.endOfTurn();
      } catch (RuntimeException e) {
        // One connection's; the others of this turn, and of all that follow, go on.
        log.error("a connection failed at the end of a turn", e);
      }
      atEnd.remove();
    }
    if (yields && begun.isEmpty()) {
      yieldOnce();
    }
    yields = false;
  }

  /**
   * Lets other threads run once before the loop waits, as {@link #begin} does: they may have just
   * been given something to answer. To be called in {@link EndOfTurn#endOfTurn()}.
   */
  void yieldAtEnd() {
    yields = true;
  }

  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: it only saves system calls
  private static void yieldOnce() {
    Thread.yield();
  }

  /** The value of the Date header (RFC 9110, section 6.6.1), made once a second. */
  String date() {
    long second = time.nanoTime() / 1_000_000_000L;
    if (second != dateSecond) {
      dateSecond = second;
      date = IMF_FIXDATE.format(time.instant());
    }
    return date;
  }
}
