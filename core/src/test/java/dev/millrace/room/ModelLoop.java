package dev.millrace.room;

import dev.millrace.stream.Turns;
import dev.millrace.time.TimeSource;
import dev.millrace.time.TimerWheel;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A loop with a thread of its own, without sockets. */
final class ModelLoop implements Turns {
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final TimerWheel timers = new TimerWheel(TimeSource.system(), nanos -> {});
  private final Thread thread;
  private final Consumer<Throwable> failed;
  private volatile boolean stopped;

  ModelLoop(Consumer<Throwable> failed) {
    this.failed = failed;
    this.thread = Thread.ofPlatform().daemon().name("model-loop").start(this::run);
  }

  private void run() {
    while (!stopped) {
      try {
        Runnable task = tasks.poll(20, TimeUnit.MILLISECONDS);
        if (task != null) {
          task.run();
        }
        timers.advance();
      } catch (Throwable e) {
        failed.accept(e);
      }
    }
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void nextTurn(Runnable task) {
    tasks.add(task);
  }

  @Override
  public TimerWheel timers() {
    return timers;
  }

  @Override
  public boolean inLoop() {
    return Thread.currentThread().equals(thread);
  }

  void stop() throws InterruptedException {
    stopped = true;
    thread.join();
  }
}
