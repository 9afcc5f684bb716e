package dev.millrace.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.stream.SocketOptions;
import dev.millrace.test.RawSocket;
import dev.millrace.test.TestApp;
import dev.millrace.test.Wiring;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a server that echoes answers to each case of RFC 6455 and RFC 7692: the same over every
 * wiring, however its listeners run, and wherever a packet ends.
 */
class SocketProtocolTest {
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /** Of cases whose bytes are sent one by one, too. */
  private static final int SHORT = 200;

  private static final Map<Wiring, TestApp> apps = new EnumMap<>(Wiring.class);
  private static final List<Case> cases = new ArrayList<>();
  private static Verdicts verdicts;

  @BeforeAll
  static void start() throws IOException {
    verdicts = Verdicts.read("websocket.txt");
    for (Wiring wiring : Wiring.values()) {
      apps.put(wiring, wiring.start(echo()));
    }
  }

  static Millrace echo() {
    SocketOptions options =
        SocketOptions.DEFAULT.rate(0, Duration.ofSeconds(1)).maxPayload(64 << 20);
    Millrace app = Millrace.create();
    app.ws("/echo", socket -> socket.onMessage(socket::send), options);
    app.ws("/loop", socket -> socket.onMessage(socket::send), options.runOnEventLoop(true));
    app.ws(
        "/pull",
        socket -> {
          for (var message : socket.messages()) {
            socket.send(message);
          }
        },
        options);
    app.ws("/deflate", socket -> socket.onMessage(socket::send), options.deflate(Deflate.ON));
    app.ws(
        "/context",
        socket -> socket.onMessage(socket::send),
        options.deflate(Deflate.ON.minBytes(0).serverContext(true).clientContext(true)));
    return app;
  }

  @AfterAll
  static void stop() throws IOException {
    apps.values().forEach(TestApp::close);
    verdicts.finish(all().stream().map(Case::name).toList());
  }

  private static List<Case> all() {
    if (cases.isEmpty()) {
      cases.addAll(FrameCases.all());
      cases.addAll(FragmentCases.all());
      cases.addAll(Utf8Cases.all());
      cases.addAll(CloseCases.all());
      cases.addAll(DeflateCases.all());
    }
    return cases;
  }

  static Stream<Arguments> onEachWiring() {
    return Arrays.stream(Wiring.values())
        .flatMap(wiring ->
            all().stream()
                .filter(test -> !test.big() || wiring != Wiring.MEMORY)
                .map(test -> Arguments.of(wiring, test)));
  }

  static Stream<Arguments> small() {
    return onEachWiring().filter(arguments -> !((Case) arguments.get()[1]).big());
  }

  /** Of a handler that is another. */
  static Stream<Case> plain() {
    return all().stream().filter(test -> !test.big() && test.path().equals("/echo"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("onEachWiring")
  void verdict(Wiring wiring, Case test) {
    check(wiring, test, test.path(), Integer.MAX_VALUE);
  }

  /** Where a packet ends decides nothing. */
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("small")
  void verdictByteByByte(Wiring wiring, Case test) {
    check(wiring, test, test.path(), 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("plain")
  void verdictOnTheEventLoop(Case test) {
    check(Wiring.HTTP_1, test, "/loop", Integer.MAX_VALUE);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("plain")
  void verdictOfAHandlerThatPulls(Case test) {
    check(Wiring.HTTP_1, test, "/pull", Integer.MAX_VALUE);
  }

  private static void check(Wiring wiring, Case test, String path, int chop) {
    Script script = new Script();
    test.sent().accept(script);
    script.end();
    byte[] bytes = script.bytes();
    int size = Math.min(chop, script.chop());
    if (chop == 1 && bytes.length > SHORT) {
      return;
    }
    try (RawSocket socket = open(apps.get(wiring), path, test.offer())) {
      for (int at = 0; at < bytes.length; at += Math.min(size, bytes.length)) {
        int to = (int) Math.min(bytes.length, (long) at + size);
        socket.sendBytes(Arrays.copyOfRange(bytes, at, to));
      }
      verdicts.check(test.name(), Outcome.of(socket, script, PATIENCE));
    }
  }

  private static RawSocket open(TestApp app, String path, String offer) {
    var request = app.request("GET", path);
    RawSocket socket = (offer.isEmpty() ? request : request.deflate(offer)).rawSocket();
    assertThat(socket.status()).isIn(101, 200);
    return socket;
  }
}
