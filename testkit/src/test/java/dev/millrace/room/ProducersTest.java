package dev.millrace.room;

import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.http.HttpException;
import dev.millrace.room.Production.Ending;
import dev.millrace.room.Reader.Kind;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestClose;
import dev.millrace.test.TestEvent;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A producer behind a room: it runs once, whoever listens, comes back or goes. */
class ProducersTest {
  private static final List<String> WORDS =
      List.of("to", "be", "or", "not", "to be", "that", "is", "the", "question");

  private final Millrace app = Millrace.create();
  private final AtomicInteger runs = new AtomicInteger();
  private final Semaphore words = new Semaphore(0);
  private final CompletableFuture<Ending> ended = new CompletableFuture<>();

  private void answers() {
    app.stream(
        "/answer",
        out -> {
          out.join("answer", Join.DEFAULT.fromStart());
          app.room("answer").produce(this::say).ended().thenAccept(ended::complete);
        });
  }

  private void say(Recipients room) throws InterruptedException {
    runs.incrementAndGet();
    for (String word : WORDS) {
      words.acquire();
      room.send(word);
    }
  }

  private static void hasEnded(Reader reader) {
    if (reader.socket() != null) {
      assertThat(reader.socket().awaitClose()).isEqualTo(new TestClose(1000, ""));
    } else {
      assertThat(reader.stream().awaitEnd()).isEqualTo(End.WHOLE);
    }
  }

  @OverEachWiring
  void aTextIsProducedOnceForAllWhoComeGoAndComeBack(Wiring wiring) {
    answers();
    try (var test = wiring.start(app)) {
      String seen;
      try (Reader first = Kind.SSE.open(test, "/answer")) {
        first.position();
        words.release(3);
        List<TestEvent> begin = first.next(3);
        assertThat(begin).extracting(TestEvent::data).isEqualTo(WORDS.subList(0, 3));
        seen = begin.get(1).id();
      }
      words.release(2);
      eventually("nobody is there", () -> app.room("answer").size() == 0);
      for (Kind kind : Kind.values()) {
        try (Reader other = kind.open(test, "/answer");
            Reader back = kind.open(test, "/answer", seen)) {
          other.position();
          assertThat(other.data(5)).isEqualTo(WORDS.subList(0, 5));
          back.position();
          assertThat(back.data(3)).isEqualTo(WORDS.subList(2, 5));
        }
      }
      Reader last = Kind.LINES.open(test, "/answer", seen);
      last.position();
      words.release(WORDS.size());
      assertThat(last.data(7)).isEqualTo(WORDS.subList(2, 9));
      hasEnded(last);
      assertThat(resultOf(ended)).isEqualTo(Ending.COMPLETED);
      assertThat(runs).hasValue(1);
    }
  }

  @OverEachWiring
  void aFinishedTextIsReadableAndWhoHasHadAllOfItIsToldToStop(Wiring wiring) {
    answers();
    words.release(WORDS.size());
    try (var test = wiring.start(app)) {
      for (Kind kind : Kind.values()) {
        Reader reader = kind.open(test, "/answer");
        reader.position();
        List<TestEvent> all = reader.next(WORDS.size());
        assertThat(all).extracting(TestEvent::data).isEqualTo(WORDS);
        hasEnded(reader);
        resultOf(ended);
        String last = all.getLast().id();
        // The end says nothing, so who has had the last word has had all.
        hasEnded(kind.open(test, "/answer", last));
        String end = app.room("answer").position().toString();
        Reader done = kind.open(test, "/answer", end);
        if (kind == Kind.SSE) {
          assertThat(done.stream().status()).isEqualTo(204);
        }
        hasEnded(done);
        eventually("nobody is left", () -> app.room("answer").size() == 0);
      }
      assertThat(runs).hasValue(1);
    }
  }

  @OverEachWiring
  void theEndOfOneRoomDoesNotEndAStreamThatHasAnother(Wiring wiring) {
    app.stream(
        "/both",
        out -> {
          out.join("answer", Join.DEFAULT.fromStart());
          out.join("news");
          app.room("answer").produce(this::say).ended().thenAccept(ended::complete);
        });
    app.stream(
        "/other way",
        out -> {
          out.join("news");
          out.join("answer");
        });
    words.release(WORDS.size());
    try (var test = wiring.start(app)) {
      for (Kind kind : Kind.values()) {
        try (Reader reader = kind.open(test, "/both")) {
          reader.position();
          assertThat(reader.data(WORDS.size())).isEqualTo(WORDS);
          resultOf(ended);
          eventually("it has left", () -> app.room("answer").size() == 0);
          app.room("news").send("news");
          assertThat(reader.data(1)).containsExactly("news");
        }
        String end = app.room("news").position().toString();
        for (String path : List.of("/both", "/other%20way")) {
          try (Reader behind = kind.open(test, path, end)) {
            assertThat(behind.position()).isEqualTo(end);
            app.room("news").send("more");
            assertThat(behind.data(1)).as(kind + " " + path).containsExactly("more");
          }
        }
      }
    }
  }

  @OverEachWiring
  void aFinishedRoomThatAListenerJoinsDoesNotEndTheOthers(Wiring wiring) {
    app.ws(
        "/rooms",
        socket -> {
          socket.join("news");
          socket.onMessage(message -> {
            socket.join("answer", Join.DEFAULT.after(message.text()));
            socket.join("more");
          });
        });
    words.release(WORDS.size());
    try (var test = wiring.start(app);
        Reader reader = Kind.SOCKET.open(test, "/rooms")) {
      resultOf(app.room("answer").produce(this::say).start().ended().toCompletableFuture());
      reader.position();
      reader.socket().sendText(app.room("answer").position().toString());
      reader.position();
      app.room("more").send("more");
      app.room("news").send("news");
      assertThat(reader.data(2)).containsExactly("more", "news");
    }
  }

  @OverEachWiring
  void aFailureIsToldAndWhatIsForTheClientIsInIt(Wiring wiring) {
    app.stream(
        "/{room}",
        out -> {
          String room = out.request().path("room");
          out.join(room, Join.DEFAULT.fromStart());
          app.room(room)
              .produce(to -> {
                to.send("begun");
                if (room.startsWith("refused")) {
                  throw new HttpException(429, "too many questions");
                }
                throw new IllegalStateException("secret");
              });
        });
    try (var test = wiring.start(app)) {
      for (Kind kind : Kind.values()) {
        for (String how : List.of("refused", "broken")) {
          Reader reader = kind.open(test, "/" + how + kind);
          reader.position();
          assertThat(reader.data(1)).containsExactly("begun");
          String error = how.equals("broken") ? "internal error" : "too many questions";
          TestEvent told = reader.next();
          assertThat(told.name()).isEqualTo("error");
          assertThat(told.data()).isEqualTo("{\"error\":\"" + error + "\"}");
          hasEnded(reader);
        }
      }
    }
  }

  @OverEachWiring
  void whenNobodyListensForLongItIsStopped(Wiring wiring) {
    FakeClock clock = new FakeClock();
    app.stream(
        "/answer",
        out -> {
          out.join("answer", Join.DEFAULT.fromStart());
          app.room("answer")
              .produce(this::say, ProducerOptions.DEFAULT.idle(Duration.ofSeconds(10)))
              .ended()
              .thenAccept(ended::complete);
        });
    try (var test = wiring.startAt(clock, app)) {
      String at;
      try (Reader reader = Kind.SSE.open(test, "/answer")) {
        words.release();
        reader.position();
        at = reader.next().id();
        clock.advance(Duration.ofSeconds(30));
        assertThat(ended).isNotDone();
      }
      eventually("nobody is there", () -> app.room("answer").size() == 0);
      clock.advance(Duration.ofSeconds(5));
      try (Reader again = Kind.SSE.open(test, "/answer", at)) {
        again.position();
        clock.advance(Duration.ofSeconds(30));
        assertThat(ended).isNotDone();
      }
      eventually("nobody is there", () -> app.room("answer").size() == 0);
      eventually(
          "it is stopped",
          () -> {
            clock.advance(Duration.ofSeconds(2));
            return ended.isDone();
          });
      assertThat(resultOf(ended)).isEqualTo(Ending.STOPPED);
      Reader late = Kind.SSE.open(test, "/answer", at);
      late.position();
      assertThat(late.next().data()).isEqualTo("{\"error\":\"stopped\"}");
      hasEnded(late);
      assertThat(runs).hasValue(1);
    }
  }

  @OverEachWiring
  void aServerThatStopsStopsItsProducers(Wiring wiring) {
    answers();
    var test = wiring.start(app);
    Reader reader = Kind.SSE.open(test, "/answer");
    words.release();
    reader.position();
    assertThat(reader.data(1)).isEqualTo(WORDS.subList(0, 1));
    test.close();
    assertThat(resultOf(ended)).isEqualTo(Ending.STOPPED);
  }

  @OverEachWiring
  void aSocketThatListensEndsWithItsOnlyRoom(Wiring wiring) {
    app.ws(
        "/answer",
        socket -> {
          socket.join("answer", Join.DEFAULT.fromStart());
          socket.onMessage(message -> words.release(WORDS.size()));
          app.room("answer").produce(this::say);
        });
    try (var test = wiring.start(app);
        Reader reader = Kind.SOCKET.open(test, "/answer")) {
      reader.position();
      reader.socket().sendText("go on");
      assertThat(reader.data(WORDS.size())).isEqualTo(WORDS);
      hasEnded(reader);
      Reader behind = Kind.SOCKET.open(test, "/answer", app.room("answer").position().toString());
      hasEnded(behind);
    }
  }
}
