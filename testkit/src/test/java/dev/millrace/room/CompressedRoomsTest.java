package dev.millrace.room;

import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static dev.millrace.test.Eventually.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import dev.millrace.Millrace;
import dev.millrace.room.Reader.Kind;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.SocketOptions;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestEvent;
import dev.millrace.test.TestStream;
import dev.millrace.test.Wiring;
import dev.millrace.websocket.Deflate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;

/** Members whose bytes are compressed on their way get the same as the others. */
class CompressedRoomsTest {
  private static final int MEGABYTE = 1 << 20;

  private final Millrace app = Millrace.create();
  private final BlockingQueue<LiveStream> streams = new LinkedBlockingQueue<>();

  private void rooms() {
    RoomOptions large = RoomOptions.DEFAULT.maxPayload(2 * MEGABYTE);
    app.rooms("*", large.retention(large.retention().bytes(64L * MEGABYTE)));
    app.stream(
        "/a",
        out -> {
          streams.add(out);
          out.join("a");
        });
    app.ws(
        "/socket",
        socket -> {
          streams.add(socket);
          socket.join("a");
        },
        SocketOptions.DEFAULT.deflate(Deflate.ON));
  }

  /** Small ones and large ones, some that can be compressed and some that cannot. */
  private static List<String> messages() {
    Random random = new Random(1);
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      int length = i % 20 == 19 ? MEGABYTE : random.nextInt(i % 5 == 4 ? 50_000 : 100);
      StringBuilder text = new StringBuilder(length + 20);
      text.append(i).append(' ');
      while (text.length() < length) {
        text.append(i % 2 == 0 ? "again " : Long.toString(random.nextLong(), 36));
      }
      all.add(text.toString());
    }
    return all;
  }

  /** Sends all to the room, and something directly between them. */
  private void send(List<String> messages, LiveStream direct) {
    for (int i = 0; i < messages.size(); i++) {
      app.room("a").send(messages.get(i));
      if (i % 7 == 0) {
        direct.send("direct", "to this one " + i);
      }
    }
  }

  private static void isAll(List<TestEvent> events, List<String> messages) {
    assertThat(events.stream().filter(each -> each.name().equals("direct")).map(TestEvent::data))
        .isEqualTo(
            IntStream.iterate(0, i -> i < messages.size(), i -> i + 7)
                .mapToObj(i -> "to this one " + i)
                .toList());
    List<String> ofRoom =
        events.stream().filter(each -> each.name().equals("message")).map(TestEvent::data).toList();
    assertThat(ofRoom.stream().map(String::hashCode).toList())
        .isEqualTo(messages.stream().map(String::hashCode).toList());
  }

  @OverEachWiring
  void gzipOnServerSentEventsAndLines(Wiring wiring) {
    rooms();
    List<String> messages = messages();
    try (var test = wiring.start(app)) {
      for (String type : List.of("text/event-stream", "application/x-ndjson")) {
        try (TestStream stream = test.request("GET", "/a").accept(type).compressed().stream()) {
          String at = stream.awaitId();
          assertThat(stream.header("Content-Encoding")).contains("gzip");
          send(messages, next(streams));
          List<TestEvent> events = stream.awaitEvents(messages.size() + 9);
          boolean lines = type.endsWith("json");
          isAll(
              events.stream()
                  .map(each ->
                      new TestEvent(each.name(), each.id(), lines ? bare(each) : each.data()))
                  .toList(),
              messages);
          try (TestStream back =
              test
                  .request("GET", "/a")
                  .accept(type)
                  .header("Last-Event-ID", at)
                  .compressed()
                  .stream()) {
            assertThat(back.awaitId()).isNotNull();
            assertThat(back.awaitEvents(messages.size())).hasSize(messages.size());
            next(streams);
          }
        }
      }
    }
  }

  private static String bare(TestEvent event) {
    return event.data().substring(1, event.data().length() - 1);
  }

  @OverEachWiring
  void deflateOnSockets(Wiring wiring) {
    rooms();
    List<String> messages = messages();
    try (var test = wiring.start(app);
        Reader reader = Reader.of(test.request("GET", "/socket").deflate().socket())) {
      reader.position();
      assertThat(reader.socket().header("Sec-WebSocket-Extensions")).isPresent();
      send(messages, next(streams));
      isAll(reader.next(messages.size() + 9), messages);
      byte[] bytes = new byte[MEGABYTE];
      new Random(2).nextBytes(bytes);
      app.room("a").send(bytes);
      reader.position();
      assertThat(reader.socket().awaitMessage().bytes()).isEqualTo(bytes);
      reader.socket().stall();
      for (int i = 0; i < 20; i++) {
        app.room("a").send(messages.get(19));
      }
      reader.socket().resume();
      assertThat(reader.data(20)).allMatch(messages.get(19)::equals);
    }
  }

  @OverEachWiring
  void zstandardOnServerSentEvents(Wiring wiring) throws IOException {
    rooms();
    List<String> messages = messages().subList(0, 30);
    try (var test = wiring.start(app);
        Reader plain = Kind.SSE.open(test, "/a")) {
      plain.position();
      next(streams);
      var request = test.request("GET", "/a").header("Accept-Encoding", "zstd");
      var whole = CompletableFuture.supplyAsync(() -> request.send(Duration.ofSeconds(20)));
      LiveStream direct = next(streams);
      eventually("both are in", () -> app.room("a").size() == 2);
      // Its end comes when everybody has been given all.
      app.room("a").produce(room -> send(messages, direct));
      plain.next(messages.size());
      var response = resultOf(whole);
      assertThat(response.header("Content-Encoding")).contains("zstd");
      byte[] decoded =
          new ZstdInputStream(new ByteArrayInputStream(response.bytes())).readAllBytes();
      String text = new String(decoded, StandardCharsets.UTF_8);
      assertThat(text).contains("id: ");
      for (String message : messages) {
        assertThat(text.contains("data: " + message + "\n\n")).isTrue();
      }
      assertThat(text).contains("data: to this one 28\n\n");
    }
  }
}
