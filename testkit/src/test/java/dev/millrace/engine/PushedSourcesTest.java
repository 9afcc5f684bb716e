package dev.millrace.engine;

import static dev.millrace.engine.SourceAsEvents.expect;
import static dev.millrace.http.Response.stream;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static dev.millrace.test.Eventually.whereItStops;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.stream.Subscription;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestEvent;
import dev.millrace.test.TestStream;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Sources that others fill while they are streamed: publishers, futures and queues. */
class PushedSourcesTest {
  private final Millrace app = Millrace.create();

  @OverEachWiring
  void aPublisherIsAnEventPerItem(Wiring wiring) {
    app.get(
        "/s",
        request -> {
          var publisher = new SubmissionPublisher<Integer>();
          Thread.startVirtualThread(() -> {
            eventually("the subscriber is there", publisher::hasSubscribers);
            for (int i = 1; i <= 100; i++) {
              publisher.submit(i);
            }
            publisher.close();
          });
          return stream(publisher);
        });
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(s.awaitEvents(100).getLast().data()).isEqualTo("100");
      nothingIsLeftOf(test);
    }
  }

  /** Publishes on the thread that asks, as long as it is asked. */
  private static final class Numbers implements Flow.Publisher<String> {
    final AtomicLong requested = new AtomicLong();
    final AtomicInteger published = new AtomicInteger();
    final CountDownLatch cancelled = new CountDownLatch(1);

    @Override
    public void subscribe(Flow.Subscriber<? super String> subscriber) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long more) {
              requested.addAndGet(more);
              Thread.startVirtualThread(() -> {
                for (long i = 0; i < more && cancelled.getCount() > 0; i++) {
                  published.incrementAndGet();
                  subscriber.onNext("x".repeat(1000));
                }
              });
            }

            @Override
            public void cancel() {
              cancelled.countDown();
            }
          });
    }
  }

  @OverEachWiring
  void aPublisherIsAskedAtTheSpeedOfTheReaderAndCancelledAtTheEnd(Wiring wiring) {
    Numbers numbers = new Numbers();
    app.get("/s", request -> stream(numbers));
    try (var test = wiring.start(app)) {
      TestStream s = test.stream("/s");
      s.awaitEvent();
      eventually(
          "no thread is held",
          () -> {
            int threads = test.server().status().virtualThreads();
            return threads <= 1;
          });
      s.stall();
      int before = whereItStops(numbers.published);
      s.resume();
      eventually("it goes on", () -> numbers.published.get() > before + 100);
      s.close();
      eventually("the publisher is told", numbers.cancelled);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aPublisherThatFailsIsAnErrorEvent(Wiring wiring) {
    app.get(
        "/s",
        request ->
            stream(
                (Flow.Publisher<Object>)
                    subscriber -> {
                      subscriber.onSubscribe(
                          new Flow.Subscription() {
                            @Override
                            public void request(long more) {}

                            @Override
                            public void cancel() {}
                          });
                      subscriber.onNext("first");
                      subscriber.onError(new IllegalStateException("a secret"));
                    }));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEvent().data()).isEqualTo("first");
      assertThat(s.awaitEvent().name()).isEqualTo("error");
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(s.text()).doesNotContain("secret");
    }
  }

  @OverEachWiring
  void aPublisherThatCompletesAtOnceIsAnEmptyStream(Wiring wiring) {
    app.get(
        "/s",
        request ->
            stream(
                (Flow.Publisher<Object>)
                    subscriber -> {
                      subscriber.onSubscribe(
                          new Flow.Subscription() {
                            @Override
                            public void request(long more) {}

                            @Override
                            public void cancel() {}
                          });
                      subscriber.onComplete();
                    }));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text()).isEmpty();
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aFutureIsOneEventAndHoldsNoThread(Wiring wiring) {
    CompletableFuture<SourcesTest.Order> future = new CompletableFuture<>();
    app.get("/s", request -> stream(future));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.status()).isEqualTo(200);
      eventually("no thread", () -> test.server().status().virtualThreads() == 0);
      future.complete(new SourcesTest.Order(1, "paid"));
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(s.text()).isEqualTo("data: {\"id\":1,\"state\":\"paid\"}\n\n");
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aFutureThatIsDoneIsOneEvent(Wiring wiring) {
    expect(app, wiring, CompletableFuture.completedFuture("done"), "done");
  }

  @OverEachWiring
  void aFutureThatFailsIsAnErrorEvent(Wiring wiring) {
    CompletableFuture<Object> future = new CompletableFuture<>();
    app.get("/s", request -> stream(future.thenApply(x -> x)));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.status()).isEqualTo(200);
      future.completeExceptionally(new IOException("a secret"));
      TestEvent error = s.awaitEvent();
      assertThat(error.name()).isEqualTo("error");
      assertThat(error.data()).doesNotContain("secret");
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aFutureWhoseClientLeavesLeavesNothingBehind(Wiring wiring) {
    app.get("/s", request -> stream(new CompletableFuture<>()));
    try (var test = wiring.start(app)) {
      TestStream s = test.stream("/s");
      assertThat(s.status()).isEqualTo(200);
      s.close();
      nothingIsLeftOf(test);
    }
  }

  /** Two clients wait for one result; that one of them leaves is nothing to the other. */
  @OverEachWiring
  void aFutureThatIsSharedSurvivesAClientThatLeaves(Wiring wiring) {
    CompletableFuture<String> shared = new CompletableFuture<>();
    app.get("/s", request -> stream(shared));
    try (var test = wiring.start(app);
        var stays = test.stream("/s")) {
      TestStream leaves = test.stream("/s");
      assertThat(leaves.status()).isEqualTo(200);
      assertThat(stays.status()).isEqualTo(200);
      leaves.close();
      eventually("one has left", () -> test.server().status().streams() == 1);
      eventually("its cleanup has run", () -> test.server().status().virtualThreads() == 0);
      shared.complete("result");
      assertThat(stays.awaitEvent().data()).isEqualTo("result");
    }
  }

  @OverEachWiring
  void aSubscriptionIsStreamedUntilTheClientLeaves(Wiring wiring) {
    var queue = new ArrayBlockingQueue<String>(10);
    AtomicInteger unsubscribed = new AtomicInteger();
    app.get("/s", request -> stream(new Subscription<>(queue, unsubscribed::incrementAndGet)));
    try (var test = wiring.start(app)) {
      TestStream s = test.stream("/s");
      queue.add("a");
      assertThat(s.awaitEvent().data()).isEqualTo("a");
      queue.add("b");
      assertThat(s.awaitEvent().data()).isEqualTo("b");
      s.close();
      eventually("it is unsubscribed", () -> unsubscribed.get() == 1);
      nothingIsLeftOf(test);
      assertThat(unsubscribed.get()).isEqualTo(1);
    }
  }

  @OverEachWiring
  void aSubscriptionIsUnsubscribedWhenTheServerStops(Wiring wiring) {
    AtomicInteger unsubscribed = new AtomicInteger();
    app.get(
        "/s",
        request ->
            stream(new Subscription<>(new ArrayBlockingQueue<>(1), unsubscribed::incrementAndGet)));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.status()).isEqualTo(200);
      test.server().stop(java.time.Duration.ofSeconds(5));
      eventually("it is unsubscribed", () -> unsubscribed.get() == 1);
    }
  }

  @OverEachWiring
  void aQueueOpensItsStreamAtOnce(Wiring wiring) {
    app.get("/s", request -> stream(new ArrayBlockingQueue<String>(1)));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.status()).isEqualTo(200);
    }
  }
}
