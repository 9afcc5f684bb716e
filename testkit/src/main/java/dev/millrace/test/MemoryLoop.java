package dev.millrace.test;

import dev.millrace.engine.Counters;
import dev.millrace.engine.Dispatcher;
import dev.millrace.engine.Loop;
import dev.millrace.time.TimeSource;
import dev.millrace.time.TimerWheel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one loop of the engine in memory: a daemon thread with a queue and a wheel.
 *
 * <p>It can tell when nothing moves any more, which a {@link FakeClock} waits for. The virtual
 * threads that work are counted by the core; those among them that wait (for a reader, a queue, a
 * latch of the test) have passed by {@link #seen} and are looked at one by one.
 */
final class MemoryLoop implements Loop, FakeClock.Follower {
  /** The wheel's own tick. */
  static final long TICK = 1L << 23;

  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);
  private static final long GLANCE = TimeUnit.MICROSECONDS.toNanos(100);

  /** A producer that never rests must not hold up the clock. */
  private static final int MOST_PASSES = 100;

  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final Set<Thread> visitors = ConcurrentHashMap.newKeySet();
  private final Set<Thread> clients = ConcurrentHashMap.newKeySet();
  private final TimeSource time;
  private final Counters counters;
  private final TimerWheel wheel;
  private final Thread thread;
  private volatile long alarm = Long.MAX_VALUE;
  private volatile boolean stopped;

  /** How many threads were still at work when the clock lost its patience. */
  private int stragglers;

  MemoryLoop(TimeSource time, Counters counters) {
    this.time = time;
    this.counters = counters;
    this.wheel = new TimerWheel(time, this::wakeIn);
    this.thread = new Thread(this::run, "millrace-memory");
    thread.setDaemon(true);
    time.onJump(() -> execute(this::tick));
  }

  void start() {
    thread.start();
  }

  /** Ends the loop after what waits in it. */
  void stop() {
    execute(() -> stopped = true);
  }

  @Override
  public void execute(Runnable task) {
    if (!stopped) {
      tasks.add(task);
    }
  }

  @Override
  public void nextTurn(Runnable task) {
    execute(task);
  }

  @Override
  public boolean inLoop() {
    return Thread.currentThread().equals(thread);
  }

  @Override
  public void begin(Dispatcher dispatcher, Runnable work) {
    dispatcher.begin(List.of(work));
  }

  @Override
  public TimerWheel timers() {
    return wheel;
  }

  /** Notes that the current thread may be one of a handler. */
  void seen() {
    Thread current = Thread.currentThread();
    if (current.isVirtual() && time instanceof FakeClock) {
      visitors.add(current);
    }
  }

  /** Has a client do something, which a {@link FakeClock} waits for as well. */
  void work(Runnable task) {
    Thread thread =
        Thread.ofVirtual()
            .unstarted(() -> {
              try {
                task.run();
              } finally {
                clients.remove(Thread.currentThread());
              }
            });
    clients.add(thread);
    thread.start();
  }

  // --- on the loop's thread ---

  private void run() {
    while (!stopped) {
      try {
        Runnable task = next();
        if (task == null) {
          tick();
        } else {
          task.run();
        }
      } catch (InterruptedException e) {
        stopped = true;
      } catch (Throwable t) {
        // An engine's loop survives its tasks; a test should see the fault all the same.
        thread.getUncaughtExceptionHandler().uncaughtException(thread, t);
      }
    }
  }

  /**
   * The next task; {@code null} when something is due first. Under a {@link FakeClock} nothing is
   * due by itself: a look at the wheel while that clock reads the alarm would show it none.
   */
  private @Nullable Runnable next() throws InterruptedException {
    long at = alarm;
    return at == Long.MAX_VALUE || time instanceof FakeClock
        ? tasks.take()
        : tasks.poll(Math.max(0, at - time.nanoTime()), TimeUnit.NANOSECONDS);
  }

  private void tick() {
    alarm = Long.MAX_VALUE;
    wheel.advance();
  }

  private void wakeIn(long nanos) {
    alarm = time.nanoTime() + nanos;
  }

  // --- for the clock ---

  @Override
  public long nextTick() {
    return alarm;
  }

  @Override
  public void settle() {
    long began = System.nanoTime();
    boolean quiet = false;
    while (!quiet && !stopped) {
      // What the threads have left to the loop is done too when nobody works before and after.
      boolean wasQuiet = working() <= stragglers;
      passThrough();
      int working = working();
      quiet = wasQuiet && working <= stragglers;
      if (quiet) {
        stragglers = Math.max(0, working);
      } else if (System.nanoTime() - began > PATIENCE) {
        stragglers = working;
      } else if (working > stragglers) {
        LockSupport.parkNanos(GLANCE);
      }
    }
  }

  private int working() {
    return counters.threads() - waiting() + clientsAtWork();
  }

  private int clientsAtWork() {
    int working = 0;
    for (Thread each : clients) {
      working += waits(each) ? 0 : 1;
    }
    return working;
  }

  private static boolean waits(Thread thread) {
    Thread.State state = thread.getState();
    return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
  }

  /** Waits until all that the loop has been given by now is done, and what that has led to. */
  void passThrough() {
    CountDownLatch passed = new CountDownLatch(1);
    execute(() -> countDownWhenIdle(passed, MOST_PASSES));
    try {
      while (!passed.await(10, TimeUnit.MILLISECONDS) && !stopped) {
        // The loop stops without running what came too late.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for the engine", e);
    }
  }

  private void countDownWhenIdle(CountDownLatch passed, int passesLeft) {
    if (tasks.isEmpty() || passesLeft == 0) {
      passed.countDown();
    } else {
      execute(() -> countDownWhenIdle(passed, passesLeft - 1));
    }
  }

  private int waiting() {
    int waiting = 0;
    for (var each = visitors.iterator(); each.hasNext(); ) {
      switch (each.next().getState()) {
        case TERMINATED -> each.remove();
        case WAITING, TIMED_WAITING -> waiting++;
        default -> {}
      }
    }
    return waiting;
  }
}
