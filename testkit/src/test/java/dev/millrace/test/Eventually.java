package dev.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.stream.CloseReason;
import dev.millrace.stream.LiveStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Waiting for what another thread does. */
public final class Eventually {
  private static final Duration SOON = Duration.ofSeconds(5);

  private Eventually() {}

  /** Waits until the condition holds. */
  public static void eventually(String what, BooleanSupplier condition) {
    await(what)
        .pollInterval(Duration.ofMillis(2))
        .pollDelay(Duration.ZERO)
        .atMost(SOON)
        .until(condition::getAsBoolean);
  }

  /** Waits for a latch. */
  public static void eventually(String what, CountDownLatch latch) {
    try {
      assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).as(what).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting: " + what, e);
    }
  }

  /** Waits for a value. */
  public static <T> T resultOf(Future<T> future) {
    try {
      return future.get(SOON.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no value within " + SOON, e);
    } catch (Exception e) {
      throw new AssertionError("no value", e);
    }
  }

  /** Waits for the next of a queue. */
  public static <T> T next(BlockingQueue<T> queue) {
    try {
      T next = queue.poll(SOON.toSeconds(), TimeUnit.SECONDS);
      assertThat(next).as("the next one within " + SOON).isNotNull();
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting", e);
    }
  }

  /** Waits until the number has stood still for a while. */
  public static int whereItStops(AtomicInteger number) {
    long[] since = {System.nanoTime()};
    int[] last = {-1};
    eventually(
        "the producer stands still",
        () -> {
          int now = number.get();
          if (now != last[0] || now == 0) {
            last[0] = now;
            since[0] = System.nanoTime();
          }
          return System.nanoTime() - since[0] > 200_000_000;
        });
    return last[0];
  }

  /** Notes why a stream has ended, when its cleanups have run. */
  public static void endOf(LiveStream stream, CompletableFuture<CloseReason.Kind> into) {
    var _ = stream.closed().thenAccept(reason -> into.complete(reason.kind()));
  }

  /** Waits until a server is as it was before the first request. */
  public static void nothingIsLeftOf(TestApp app) {
    await("streams, timers and threads have gone")
        .pollInterval(Duration.ofMillis(2))
        .pollDelay(Duration.ZERO)
        .atMost(SOON)
        .untilAsserted(() -> {
          var status = app.server().status();
          assertThat(status.streams()).as("streams").isZero();
          assertThat(status.timers()).as("timers").isZero();
          assertThat(status.virtualThreads()).as("virtual threads").isZero();
        });
  }
}
