package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.millrace.cluster.Position;
import dev.millrace.http.HttpException;
import dev.millrace.room.Production.Ending;
import dev.millrace.stream.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A producer behind a room. Needs no port. */
class ProductionTest {
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final Duration AGE = Duration.ofHours(1);
  private static final Duration LATE = Duration.ofMillis(20);

  /** A room: its log is a list of texts, and the end is one of them. */
  static class Log implements Productions.Stage, Recipients {
    final List<String> texts = new CopyOnWriteArrayList<>();
    final AtomicInteger listeners = new AtomicInteger();
    volatile Runnable beforeSend = () -> {};
    volatile boolean broken;
    volatile Duration age = AGE;

    @Override
    public Recipients recipients() {
      return this;
    }

    @Override
    public void end(byte[] error) {
      if (broken) {
        throw new IllegalStateException("no log any more");
      }
      texts.add("END " + new String(error, StandardCharsets.UTF_8));
    }

    @Override
    public int listeners() {
      return listeners.get();
    }

    @Override
    public Duration age() {
      return age;
    }

    @Override
    public Position send(@Nullable Object data) {
      beforeSend.run();
      texts.add(String.valueOf(data));
      return new Position("e", texts.size());
    }

    @Override
    public Position send(String name, @Nullable Object data) {
      return send(name + ":" + data);
    }

    @Override
    public Position send(Event event) {
      return send(event.name() + "=" + event.data());
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    boolean done = false;
    while (!done) {
      try {
        latch.await();
        done = true;
      } catch (InterruptedException e) {
        // This one does not care.
      }
    }
  }

  private final HandTurns home = new HandTurns();
  private final Productions productions = new Productions(() -> home);
  private final Log room = new Log();
  private final AtomicInteger runs = new AtomicInteger();
  private final Logger logger = (Logger) LoggerFactory.getLogger(RoomProduction.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    logged.start();
    logger.addAppender(logged);
    logger.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(logged);
    logger.setAdditive(true);
  }

  private Production produce(Producer producer) {
    return productions.produce("room", room, producer, ProducerOptions.DEFAULT);
  }

  private void join() {
    room.listeners.incrementAndGet();
    productions.joined("room");
  }

  private void leave() {
    room.listeners.decrementAndGet();
    productions.left("room");
  }

  private static Ending ending(Production production) {
    return production.ended().toCompletableFuture().join();
  }

  /** Runs until it is interrupted. */
  private Producer patient(String lastWords) {
    return out -> {
      runs.incrementAndGet();
      try {
        new CountDownLatch(1).await();
      } finally {
        room.texts.add(lastWords);
      }
    };
  }

  private void awaitRuns(int count) {
    await().until(() -> runs.get() == count);
  }

  @Test
  void startsWithTheFirstMemberAndEndsWhenItReturns() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    Production production =
        produce(out -> {
          thread.set(Thread.currentThread());
          out.send("a");
          out.send("name", "b");
          out.send(Event.of("c").name("d"));
        });
    assertThat(production.isRunning()).isFalse();
    join();
    join();
    assertThat(ending(production)).isEqualTo(Ending.COMPLETED);
    assertThat(room.texts).containsExactly("a", "name:b", "d=c", "END ");
    assertThat(thread.get().isVirtual()).isTrue();
    assertThat(thread.get().getName()).startsWith("millrace-producer-");
    assertThat(production.isRunning()).isFalse();
  }

  @Test
  void startsAtOnceInARoomThatHasMembers() {
    join();
    assertThat(ending(produce(out -> out.send("a")))).isEqualTo(Ending.COMPLETED);
  }

  @Test
  void startsByACallWithoutMembers() {
    Production production = produce(patient("bye"));
    assertThat(production.start()).isSameAs(production);
    assertThat(production.isRunning()).isTrue();
    awaitRuns(1);
    production.start();
    join();
    production.stop();
    assertThat(ending(production)).isEqualTo(Ending.STOPPED);
    assertThat(runs).hasValue(1);
    production.start();
    assertThat(production.isRunning()).isFalse();
    assertThat(runs).hasValue(1);
  }

  @Test
  void isTheSameForAllWhoCallUntilTheLogIsGone() {
    Production production = produce(out -> runs.incrementAndGet());
    assertThat(produce(out -> runs.addAndGet(100))).isSameAs(production);
    join();
    ending(production);
    home.pass(AGE.minusMillis(10));
    assertThat(produce(out -> runs.addAndGet(100))).isSameAs(production);
    home.pass(LATE);
    assertThat(home.waiting()).isZero();
    Production next = produce(out -> runs.addAndGet(10));
    assertThat(next).isNotSameAs(production);
    assertThat(ending(next)).isEqualTo(Ending.COMPLETED);
    assertThat(runs).hasValue(11);
  }

  @Test
  void tellsOfAFailureWithoutItsWordsAndLogsItOnce() {
    Production production =
        produce(out -> {
          out.send("a");
          throw new IOException("secret");
        });
    join();
    assertThat(ending(production)).isEqualTo(Ending.FAILED);
    assertThat(room.texts).containsExactly("a", "END {\"error\":\"internal error\"}");
    assertThat(logged.list)
        .singleElement()
        .satisfies(line -> {
          assertThat(line.getLevel()).isEqualTo(Level.ERROR);
          assertThat(line.getFormattedMessage()).contains("\"room\"");
          assertThat(line.getThrowableProxy().getMessage()).isEqualTo("secret");
        });
  }

  @Test
  void tellsTheWordsOfARefusalAndOfNoServerError() {
    Production refused =
        produce(out -> {
          throw new HttpException(429, "\"enough\" for today");
        });
    refused.start();
    assertThat(ending(refused)).isEqualTo(Ending.FAILED);
    assertThat(room.texts).containsExactly("END {\"error\":\"\\\"enough\\\" for today\"}");
    assertThat(logged.list).isEmpty();

    Log other = new Log();
    Production failed =
        productions.produce(
            "other",
            other,
            out -> {
              throw new HttpException(502, "the model at 10.0.0.1 is down");
            },
            ProducerOptions.DEFAULT);
    failed.start();
    assertThat(ending(failed)).isEqualTo(Ending.FAILED);
    assertThat(other.texts).containsExactly("END {\"error\":\"internal error\"}");
    assertThat(logged.list).hasSize(1);
  }

  @Test
  void isAFailureWhenAnErrorIsThrown() {
    Production production =
        produce(out -> {
          throw new StackOverflowError();
        });
    production.start();
    assertThat(ending(production)).isEqualTo(Ending.FAILED);
  }

  @Test
  void isInterruptedWhenNobodyHasListenedForTheIdleTime() {
    Production production = produce(patient("finally"));
    join();
    awaitRuns(1);
    home.pass(IDLE.multipliedBy(2));
    assertThat(production.isRunning()).isTrue();
    leave();
    home.pass(IDLE.minusMillis(10));
    assertThat(production.isRunning()).isTrue();
    home.pass(LATE);
    assertThat(ending(production)).isEqualTo(Ending.STOPPED);
    assertThat(room.texts).containsExactly("finally", "END {\"error\":\"stopped\"}");
    assertThat(logged.list).isEmpty();
  }

  @Test
  void goesOnWhenSomebodyComesBackInTime() {
    Production production = produce(patient("finally"));
    join();
    awaitRuns(1);
    for (int i = 0; i < 5; i++) {
      leave();
      home.pass(IDLE.minusMillis(10));
      join();
      home.pass(Duration.ofMillis(i * 10L));
    }
    home.pass(IDLE.multipliedBy(2));
    assertThat(production.isRunning()).isTrue();
    leave();
    join();
    leave();
    home.pass(IDLE.minusMillis(10));
    assertThat(production.isRunning()).isTrue();
    home.pass(LATE);
    assertThat(ending(production)).isEqualTo(Ending.STOPPED);
  }

  @Test
  void isStoppedWhenItWasStartedAndNobodyEverCame() {
    Production production = produce(patient("finally")).start();
    awaitRuns(1);
    home.pass(IDLE.minusMillis(10));
    assertThat(production.isRunning()).isTrue();
    home.pass(LATE);
    assertThat(ending(production)).isEqualTo(Ending.STOPPED);
  }

  @Test
  void neverRunsWhenItIsStoppedBeforeItHasStarted() {
    Production production = produce(out -> runs.incrementAndGet());
    production.stop();
    assertThat(ending(production)).isEqualTo(Ending.STOPPED);
    join();
    production.start();
    assertThat(production.isRunning()).isFalse();
    assertThat(room.texts).containsExactly("END {\"error\":\"stopped\"}");
    assertThat(runs).hasValue(0);
  }

  @Test
  void isStoppedAndThenForgottenWhenItWasNeverStarted() {
    Production production = produce(out -> runs.incrementAndGet());
    home.pass(AGE.minusMillis(10));
    assertThat(production.ended().toCompletableFuture()).isNotDone();
    home.pass(LATE);
    assertThat(ending(production)).isEqualTo(Ending.STOPPED);
    assertThat(produce(out -> {})).isSameAs(production);
    home.pass(AGE.plus(LATE));
    assertThat(home.waiting()).isZero();
    assertThat(produce(out -> {})).isNotSameAs(production);
    assertThat(runs).hasValue(0);
  }

  @Test
  void refusesWhatIsSentAfterItHasReturned() {
    AtomicReference<Recipients> kept = new AtomicReference<>();
    Production production = produce(kept::set).start();
    ending(production);
    assertThatIllegalStateException()
        .isThrownBy(() -> kept.get().send("late"))
        .withMessage("the producer of room \"room\" has ended: it can send nothing more");
    assertThat(room.texts).containsExactly("END ");
  }

  @Test
  void refusesWhatIsSentAfterItHasBeenStoppedAndEndsWhenItReturns() {
    AtomicReference<Recipients> kept = new AtomicReference<>();
    CountDownLatch mayReturn = new CountDownLatch(1);
    Production production =
        produce(out -> {
          kept.set(out);
          out.send("a");
          runs.incrementAndGet();
          awaitQuietly(mayReturn);
          out.send("b");
        });
    production.start();
    awaitRuns(1);
    production.stop();
    production.stop();
    assertThatIllegalStateException()
        .isThrownBy(() -> kept.get().send("late"))
        .withMessageContaining("has been stopped");
    assertThat(production.isRunning()).isTrue();
    mayReturn.countDown();
    assertThat(ending(production)).isEqualTo(Ending.STOPPED);
    assertThat(room.texts).containsExactly("a", "END {\"error\":\"stopped\"}");
    assertThat(logged.list).isEmpty();
  }

  @Test
  void endsBehindWhatItsOwnThreadsAreSending() {
    CountDownLatch hold = new CountDownLatch(1);
    CountDownLatch sending = new CountDownLatch(1);
    CountDownLatch returning = new CountDownLatch(1);
    room.beforeSend =
        () -> {
          sending.countDown();
          awaitQuietly(hold);
        };
    Production production =
        produce(out -> {
          Thread.startVirtualThread(() -> out.send("of the helper"));
          sending.await();
          returning.countDown();
        });
    production.start();
    awaitQuietly(returning);
    await()
        .during(Duration.ofMillis(50))
        .until(() -> production.isRunning() && room.texts.isEmpty());
    hold.countDown();
    assertThat(ending(production)).isEqualTo(Ending.COMPLETED);
    assertThat(room.texts).containsExactly("of the helper", "END ");
  }

  @Test
  void storesTheEndWithoutTheInterrupt() {
    AtomicReference<Boolean> interrupted = new AtomicReference<>();
    Log stage =
        new Log() {
          @Override
          public void end(byte[] error) {
            interrupted.set(Thread.currentThread().isInterrupted());
          }
        };
    Production production =
        productions.produce(
            "other",
            stage,
            out -> {
              runs.incrementAndGet();
              while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
              }
            },
            ProducerOptions.DEFAULT);
    production.start();
    awaitRuns(1);
    production.stop();
    ending(production);
    assertThat(interrupted.get()).isFalse();
  }

  @Test
  void endsAlsoWhenTheEndCannotBeStored() {
    room.broken = true;
    Production production = produce(out -> out.send("a")).start();
    assertThat(ending(production)).isEqualTo(Ending.COMPLETED);
    assertThat(logged.list).hasSize(1);
  }

  @Test
  void letsNobodyElseCompleteIt() {
    Production production = produce(out -> {});
    production.ended().toCompletableFuture().complete(Ending.FAILED);
    assertThat(production.ended().toCompletableFuture()).isNotDone();
  }

  @Test
  void stopsAllWithTheServer() {
    Log waiting = new Log();
    Production first = produce(patient("finally")).start();
    Production second =
        productions.produce("b", waiting, out -> runs.incrementAndGet(), ProducerOptions.DEFAULT);
    awaitRuns(1);
    productions.stop();
    assertThat(ending(first)).isEqualTo(Ending.STOPPED);
    assertThat(ending(second)).isEqualTo(Ending.STOPPED);
    assertThat(room.texts).containsExactly("finally", "END {\"error\":\"stopped\"}");
    assertThat(produce(out -> {})).as("forgotten").isNotSameAs(first);
  }

  @Test
  void waitsASecondForAProducerThatDoesNotCareForTheStop() {
    CountDownLatch mayReturn = new CountDownLatch(1);
    Production production =
        produce(out -> {
          runs.incrementAndGet();
          awaitQuietly(mayReturn);
        });
    production.start();
    awaitRuns(1);
    productions.stop();
    assertThat(production.isRunning()).isTrue();
    mayReturn.countDown();
    assertThat(ending(production)).isEqualTo(Ending.STOPPED);
  }

  @Test
  void refusesMoreThanAHundredThousandAtOnce() {
    AtomicInteger ends = new AtomicInteger();
    Log stage =
        new Log() {
          @Override
          public void end(byte[] error) {
            ends.incrementAndGet();
          }
        };
    stage.age = Duration.ofMillis(100);
    for (int i = 0; i < Productions.MOST; i++) {
      productions.produce("r" + i, stage, out -> {}, ProducerOptions.DEFAULT);
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> produce(out -> {}))
        .withMessageContaining("100000 rooms have a producer");
    assertThat(productions.produce("r0", stage, out -> {}, ProducerOptions.DEFAULT)).isNotNull();
    // Stopped, ended and forgotten: there is room again.
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> {
          home.pass(stage.age);
          return ends.get() == Productions.MOST && home.waiting() == 0;
        });
    assertThat(produce(out -> {})).isNotNull();
  }

  @Test
  void refusesAnIdleTimeOfNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProducerOptions.DEFAULT.idle(Duration.ZERO));
    assertThat(ProducerOptions.DEFAULT.idle(Duration.ofSeconds(Long.MAX_VALUE)).idle())
        .isPositive();
  }

  @Test
  void mayBeIdleForEver() {
    Production production =
        productions.produce(
            "room",
            room,
            patient("finally"),
            ProducerOptions.DEFAULT.idle(Duration.ofSeconds(Long.MAX_VALUE)));
    production.start();
    home.pass(Duration.ofMinutes(1));
    assertThat(production.isRunning()).isTrue();
    production.stop();
    ending(production);
  }
}
