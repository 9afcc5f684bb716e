package dev.millrace.stream;

import static dev.millrace.test.Eventually.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.http.HttpException;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestMessage;
import dev.millrace.test.TestSocket;
import dev.millrace.test.Wiring;
import dev.millrace.websocket.Deflate;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that clients of millrace.v1 number, and keep until they are acknowledged. */
class OutboxTest {
  private static final String CLIENT = "AbCdEf0123456789-_x";

  private final Millrace app = Millrace.create();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  private static TestSocket open(TestApp test) {
    return test.request("GET", "/").subprotocols("millrace.v1").socket();
  }

  private static String numbered(String client, long number, String text) {
    return "{\"send\":\"" + client + "." + number + "\"}\n" + text;
  }

  private static String numbered(long number, String text) {
    return numbered(CLIENT, number, text);
  }

  private static String ack(long number) {
    return "{\"ack\":\"" + CLIENT + "." + number + "\"}";
  }

  /** A listener that goes on when its socket has ended, which interrupts it. */
  private static void awaitWhatever(CountDownLatch latch) {
    boolean open = true;
    while (open) {
      try {
        latch.await();
        open = false;
      } catch (InterruptedException e) {
        // It is not impressed.
      }
    }
  }

  private void listen(SocketOptions options) {
    app.ws("/", socket -> socket.onMessage(message -> heard.add(message.text())), options);
  }

  @OverEachWiring
  void isGivenToTheHandlerWithoutItsNumberAndAcknowledged(Wiring wiring) {
    listen(SocketOptions.DEFAULT);
    try (var test = wiring.start(app);
        var socket = open(test)) {
      socket.sendText(numbered(1, "{\"a\":1}"));
      assertThat(socket.awaitMessage().text()).isEqualTo(ack(1));
      assertThat(next(heard)).isEqualTo("{\"a\":1}");
      socket.sendText(numbered(2, ""));
      assertThat(socket.awaitMessage().text()).isEqualTo(ack(2));
      assertThat(next(heard)).isEmpty();
    }
  }

  @OverEachWiring
  void whatComesAgainOnTheNextConnectionIsAcknowledgedAndNotHeard(Wiring wiring) {
    listen(SocketOptions.DEFAULT);
    try (var test = wiring.start(app)) {
      try (var first = open(test)) {
        first.sendText(numbered(1, "one"));
        first.sendText(numbered(2, "two"));
        first.awaitMessages(2);
      }
      try (var second = open(test)) {
        for (int i = 1; i <= 3; i++) {
          second.sendText(numbered(i, "again " + i));
          assertThat(second.awaitMessage().text()).isEqualTo(ack(i));
        }
      }
      assertThat(heard).containsExactly("one", "two", "again 3");
    }
  }

  @OverEachWiring
  void whatComesOnTheNextConnectionIsHeardWhenTheLastHasBeen(Wiring wiring) {
    CountDownLatch go = new CountDownLatch(1);
    app.ws(
        "/",
        socket ->
            socket.onMessage(message -> {
              heard.add("begin " + message.text());
              if (message.text().equals("one")) {
                awaitWhatever(go);
              }
              heard.add("end " + message.text());
            }));
    try (var test = wiring.start(app)) {
      try (var first = open(test)) {
        first.sendText(numbered(1, "one"));
        assertThat(next(heard)).isEqualTo("begin one");
      }
      try (var second = open(test)) {
        second.sendText(numbered(1, "one"));
        second.sendText(numbered(2, "two"));
        second.ping(new byte[] {1});
        second.awaitPong();
        assertThat(heard).isEmpty();
        go.countDown();
        assertThat(second.awaitMessages(2))
            .extracting(TestMessage::text)
            .containsExactly(ack(1), ack(2));
      }
      assertThat(heard).containsExactly("end one", "begin two", "end two");
    }
  }

  @OverEachWiring
  void bytesAreNumberedInTheSameWay(Wiring wiring) {
    app.ws(
        "/",
        socket ->
            socket.onMessage(message -> {
              assertThat(message.isText()).isFalse();
              heard.add(new String(message.bytes(), StandardCharsets.ISO_8859_1));
            }));
    try (var test = wiring.start(app);
        var socket = open(test)) {
      socket.sendBytes(numbered(7, "\0ÿ\n").getBytes(StandardCharsets.ISO_8859_1));
      assertThat(socket.awaitMessage().text()).isEqualTo(ack(7));
      assertThat(next(heard)).isEqualTo("\0ÿ\n");
    }
  }

  @OverEachWiring
  void whoPullsIsGivenThemToo(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          for (Message message : socket.messages()) {
            heard.add(message.text());
          }
        });
    try (var test = wiring.start(app);
        var socket = open(test)) {
      socket.sendText(numbered(1, "one"));
      socket.sendText(numbered(1, "one"));
      socket.sendText("plain");
      assertThat(socket.awaitMessages(2)).extracting(TestMessage::text).containsOnly(ack(1));
      assertThat(next(heard)).isEqualTo("one");
      assertThat(next(heard)).isEqualTo("plain");
    }
  }

  @OverEachWiring
  void listenersOnTheLoopHearThemToo(Wiring wiring) {
    listen(SocketOptions.DEFAULT.runOnEventLoop(true));
    try (var test = wiring.start(app);
        var socket = open(test)) {
      socket.sendText(numbered(1, "one"));
      assertThat(socket.awaitMessage().text()).isEqualTo(ack(1));
      assertThat(next(heard)).isEqualTo("one");
    }
  }

  @OverEachWiring
  void compressedOnesToo(Wiring wiring) {
    listen(SocketOptions.DEFAULT.deflate(Deflate.ON.minBytes(0)));
    try (var test = wiring.start(app);
        var socket = test.request("GET", "/").subprotocols("millrace.v1").deflate().socket()) {
      socket.sendText(numbered(1, "one".repeat(100)));
      assertThat(socket.awaitMessage().text()).isEqualTo(ack(1));
      assertThat(next(heard)).isEqualTo("one".repeat(100));
    }
  }

  @OverEachWiring
  void whatTheHandlerRefusesIsNotSentAgain(Wiring wiring) {
    app.ws(
        "/",
        socket ->
            socket.onMessage(message -> {
              throw new HttpException(422, "not this one");
            }));
    try (var test = wiring.start(app);
        var socket = open(test)) {
      socket.sendText(numbered(1, "one"));
      assertThat(socket.awaitMessage().text()).contains("\"error\"", "not this one");
      assertThat(socket.awaitMessage().text()).isEqualTo(ack(1));
    }
  }

  @OverEachWiring
  void withoutTheSubprotocolNothingIsTakenOff(Wiring wiring) {
    listen(SocketOptions.DEFAULT);
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      socket.sendText(numbered(1, "one"));
      assertThat(next(heard)).isEqualTo(numbered(1, "one"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"send\":\"",
        "{\"send\":\"short.1\"}\n",
        "{\"send\":\"0123456789abcdef.0\"}\n",
        "{\"send\":\"0123456789abcdef.-1\"}\n",
        "{\"send\":\"0123456789abcdef.12345678901234567\"}\n",
        "{\"send\":\"0123456789abcdef\"}\n",
        "{\"send\":\"0123456789abcdé.1\"}\n",
        "{\"send\":\"0123456789abcdef.1\"}",
        "{\"send\":\"0123456789abcdef.1\",\"data\":1}",
      })
  void anotherLineIsRefusedAndLosesNothingElse(String line) {
    listen(SocketOptions.DEFAULT);
    try (var test = TestApp.inMemory(app);
        var socket = open(test)) {
      socket.sendText(line + "x");
      assertThat(socket.awaitMessage().text()).contains("\"error\"", "CLIENT.NUMBER");
      socket.sendText(numbered(1, "one"));
      assertThat(socket.awaitMessage().text()).isEqualTo(ack(1));
      assertThat(heard).containsExactly("one");
    }
  }
}
