package dev.millrace.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.http.Limits;
import dev.millrace.http.Response;
import dev.millrace.netty.RawHttp1.Reply;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the server answers to each of {@link Http1Cases}, and whether it can then be asked something
 * else on the same connection. A second request is sent right behind each, in the same packet: it
 * must be answered when the connection lives, and must never be seen when it does not.
 */
class Http1ProtocolTest {
  private static final String PROBE = "GET /probe HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private static final AtomicInteger probed = new AtomicInteger();
  private static final AtomicInteger smuggled = new AtomicInteger();
  private static Verdicts verdicts;
  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    verdicts = Verdicts.read("http1.txt");
    Millrace app = Millrace.create();
    app.get("/a", request -> Response.text("a"));
    app.post("/echo", request -> Response.bytes(request.bytes()));
    app.post("/deaf", request -> Response.text("not read"));
    app.get("/nothing", request -> Response.of(204));
    app.get(
        "/broken",
        request -> {
          throw new IllegalStateException("a test's own");
        });
    app.stream("/s", out -> out.send("s"));
    app.ws("/ws", socket -> socket.onMessage(socket::send));
    app.get(
        "/probe",
        request -> {
          probed.incrementAndGet();
          return Response.text("probe");
        });
    app.get(
        "/smuggled",
        request -> {
          smuggled.incrementAndGet();
          return Response.text("smuggled");
        });
    Limits limits =
        Limits.DEFAULT
            .urlBytes(Http1Cases.MAX_URL)
            .headerBytes(Http1Cases.MAX_HEADER)
            .bodyBytes(Http1Cases.MAX_BODY);
    server = TestServer.start(app, ServerOptions.DEFAULT.limits(limits));
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
    verdicts.finish(Http1Cases.all().stream().map(Http1Cases.Case::name).toList());
  }

  static List<Http1Cases.Case> cases() {
    return Http1Cases.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void verdict(Http1Cases.Case test) throws IOException {
    int probedBefore = probed.get();
    try (RawHttp1 client = server.http1()) {
      client.send((test.bytes() + PROBE).getBytes(ISO_8859_1));
      String verdict = verdict(client, test.toHead());
      verdicts.check(test.name(), verdict);
      assertThat(probed.get() - probedBefore)
          .as("requests handled behind this one")
          .isEqualTo(verdict.endsWith("open") ? 1 : 0);
      assertThat(smuggled).as("requests smuggled in a body").hasValue(0);
    }
  }

  /** Where a packet ends decides nothing. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("shortCases")
  void verdictByteByByte(Http1Cases.Case test) throws IOException {
    int probedBefore = probed.get();
    try (RawHttp1 client = server.http1()) {
      byte[] bytes = test.bytes().getBytes(ISO_8859_1);
      for (int i = 0; i < bytes.length - 1; i++) {
        client.send(new byte[] {bytes[i]});
      }
      client.send(((char) (bytes[bytes.length - 1] & 0xff) + PROBE).getBytes(ISO_8859_1));
      String verdict = verdict(client, test.toHead());
      verdicts.check(test.name(), verdict);
      assertThat(probed.get() - probedBefore).isEqualTo(verdict.endsWith("open") ? 1 : 0);
      assertThat(smuggled).as("requests smuggled in a body").hasValue(0);
    }
  }

  /** Without those whose handler answers before the body has come, and so ends the connection. */
  static List<Http1Cases.Case> shortCases() {
    return Http1Cases.all().stream()
        .filter(test -> test.bytes().length() < 1000 && !test.name().endsWith("is a request"))
        .toList();
  }

  private static String verdict(RawHttp1 client, boolean firstIsToHead) throws IOException {
    List<String> seen = new ArrayList<>();
    boolean toHead = firstIsToHead;
    try {
      while (true) {
        Reply reply = client.reply(toHead);
        toHead = false;
        if (reply.body().equals("probe")) {
          seen.add("open");
          return String.join(" ", seen);
        }
        seen.add(Integer.toString(reply.status()));
      }
    } catch (java.io.EOFException e) {
      seen.add("closed");
    } catch (java.net.SocketTimeoutException e) {
      seen.add("silent");
    } catch (SocketException e) {
      seen.add("reset");
    }
    return String.join(" ", seen);
  }
}
