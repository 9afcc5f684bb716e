package dev.millrace.websocket;

import static dev.millrace.test.Eventually.next;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static dev.millrace.test.Eventually.resultOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.stream.SocketOptions;
import dev.millrace.test.TestApp;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** WebSockets with the JDK's own client. */
class JdkClientTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
  private TestApp app;

  private record Closed(int code, String reason) {}

  private record Pong(String payload) {}

  @BeforeEach
  void start() {
    SocketOptions options = SocketOptions.DEFAULT.rate(0, Duration.ofSeconds(1));
    Millrace routes = Millrace.create();
    routes.ws("/echo", socket -> socket.onMessage(socket::send), options);
    routes.ws("/chat", socket -> socket.onMessage(socket::send), options.subprotocols("v2", "v1"));
    routes.ws("/close", socket -> socket.onMessage(m -> socket.close(4321, m.text())), options);
    routes.ws(
        "/ping",
        socket -> {
          socket.onPong(payload -> socket.send("pong"));
          socket.onMessage(message -> socket.ping(message.bytes()));
        },
        options);
    app = TestApp.onPort(routes);
  }

  @AfterEach
  void stop() {
    http.close();
    app.close();
  }

  private WebSocket open(String path, String... subprotocols) {
    return resultOf(opening(path, subprotocols));
  }

  private CompletableFuture<WebSocket> opening(String path, String... subprotocols) {
    WebSocket.Builder builder = http.newWebSocketBuilder();
    if (subprotocols.length > 0) {
      builder.subprotocols(
          subprotocols[0], Arrays.copyOfRange(subprotocols, 1, subprotocols.length));
    }
    URI uri = URI.create("ws://127.0.0.1:" + app.server().ports().getLast() + path);
    return builder.buildAsync(uri, new Hearing());
  }

  @Test
  void textAndBytesComeBack() {
    WebSocket socket = open("/echo");
    for (String text : new String[] {"Hello", "", "Grüße, 世界", "x".repeat(70_000)}) {
      resultOf(socket.sendText(text, true));
      assertThat(next(heard)).isEqualTo(text);
    }
    byte[] bytes = FragmentCases.noise(1 << 20);
    resultOf(socket.sendBinary(ByteBuffer.wrap(bytes), true));
    assertThat((byte[]) next(heard)).isEqualTo(bytes);
    leave(socket);
  }

  @Test
  void fragmentsAreOneMessage() {
    WebSocket socket = open("/echo");
    resultOf(socket.sendText("Hel", false));
    resultOf(socket.sendText("", false));
    resultOf(socket.sendPing(ByteBuffer.wrap(new byte[] {'!'})));
    resultOf(socket.sendText("lo", true));
    assertThat(next(heard)).isEqualTo(new Pong("!"));
    assertThat(next(heard)).isEqualTo("Hello");
    leave(socket);
  }

  @Test
  void pingsAreAnsweredBothWays() {
    WebSocket socket = open("/ping");
    resultOf(socket.sendPing(ByteBuffer.wrap("ping".getBytes(UTF_8))));
    assertThat(next(heard)).isEqualTo(new Pong("ping"));
    resultOf(socket.sendText("are you there", true));
    assertThat(next(heard)).isEqualTo("pong");
    leave(socket);
  }

  @Test
  void closesGoBothWays() {
    WebSocket socket = open("/close");
    resultOf(socket.sendText("because", true));
    assertThat(next(heard)).isEqualTo(new Closed(4321, "because"));
    nothingIsLeftOf(app);
    leave(open("/echo"));
  }

  @Test
  void aSubprotocolIsAgreedOn() {
    WebSocket socket = open("/chat", "v1", "v2", "v3");
    assertThat(socket.getSubprotocol()).isEqualTo("v2");
    leave(socket);
  }

  @Test
  void refusalsAreHttp() {
    Throwable refusal = resultOf(opening("/nowhere").handle((socket, failure) -> failure));
    assertThat(refusal).hasRootCauseMessage("Unexpected HTTP response status code 404");
  }

  @Test
  void aThousandMessagesInFlightComeBackInOrder() {
    WebSocket socket = open("/echo");
    for (int i = 0; i < 1000; i++) {
      resultOf(socket.sendText("message " + i, true));
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(next(heard)).isEqualTo("message " + i);
    }
    leave(socket);
  }

  @Test
  void aClientThatGoesWithoutAWordLeavesNothing() {
    WebSocket socket = open("/echo");
    resultOf(socket.sendText("x", true));
    assertThat(next(heard)).isEqualTo("x");
    socket.abort();
    nothingIsLeftOf(app);
  }

  private void leave(WebSocket socket) {
    resultOf(socket.sendClose(3000, "bye").orTimeout(5, TimeUnit.SECONDS));
    assertThat(next(heard)).isEqualTo(new Closed(3000, ""));
    nothingIsLeftOf(app);
  }

  /** Puts messages together. */
  private final class Hearing implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        heard.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      byte[] part = new byte[data.remaining()];
      data.get(part);
      bytes.writeBytes(part);
      if (last) {
        heard.add(bytes.toByteArray());
        bytes.reset();
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket socket, ByteBuffer payload) {
      heard.add(new Pong(UTF_8.decode(payload).toString()));
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      heard.add(new Closed(code, reason));
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      heard.add(error);
    }
  }
}
