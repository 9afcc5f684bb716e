package dev.millrace.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.stream.SocketOptions;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.Wiring;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What answers the opening handshake, to the letter: what is missing or wrong of it, subprotocols,
 * origins, and offers of compression.
 */
class HandshakeTest {
  private static final String DEFLATE = "permessage-deflate";

  /** What a 101 always has, the accept of RFC 6455's own example among it. */
  private static final List<String> USUAL =
      List.of(
          "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
          "Upgrade: websocket",
          "Connection: Upgrade");

  private static final String[] SHOWN = {
    "sec-websocket-accept",
    "sec-websocket-protocol",
    "sec-websocket-extensions",
    "sec-websocket-version",
    "upgrade",
    "connection"
  };

  /** Of a browser, as RFC 6455 shows it in section 1.3. */
  private static Map<String, String> good() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("Host", "server.example");
    fields.put("Upgrade", "websocket");
    fields.put("Connection", "Upgrade");
    fields.put("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    fields.put("Sec-WebSocket-Version", "13");
    return fields;
  }

  private static Millrace app() {
    Millrace app = Millrace.create();
    app.ws("/ws", socket -> socket.onMessage(socket::send));
    SocketOptions chat = SocketOptions.DEFAULT.subprotocols("v2", "v1");
    app.ws("/chat", socket -> socket.onMessage(socket::send), chat);
    Deflate deflate = Deflate.ON;
    app.ws("/on", socket -> {}, SocketOptions.DEFAULT.deflate(deflate));
    deflate = deflate.serverContext(true).clientContext(true);
    app.ws("/context", socket -> {}, SocketOptions.DEFAULT.deflate(deflate));
    app.ws(
        "/small",
        socket -> {},
        SocketOptions.DEFAULT.deflate(deflate.serverBits(9).clientBits(10)));
    return app;
  }

  @Test
  void aHandshakeIsAnsweredToTheLetter() throws IOException {
    List<String> names = new ArrayList<>();
    Verdicts verdicts = Verdicts.read("handshakes.txt");
    List<AssertionError> failures = new ArrayList<>();
    try (TestApp app = Wiring.HTTP_1.start(app())) {
      for (Shake shake : shakes()) {
        names.add(shake.name());
        try {
          verdicts.check(shake.name(), answer(app.server().ports().getFirst(), shake));
        } catch (AssertionError e) {
          failures.add(e);
        }
      }
    }
    verdicts.finish(names);
    assertThat(failures).isEmpty();
  }

  /** The rest of the table needs fields of HTTP/1.1; what is left is the same everywhere. */
  @OverEachWiring
  void aForeignOriginIsRefusedUnlessItIsAllowed(Wiring wiring) {
    Millrace app = app();
    SocketOptions allowed = SocketOptions.DEFAULT.origins("https://good.example");
    app.ws("/allowed", socket -> {}, allowed);
    try (TestApp test = wiring.start(app)) {
      assertThat(origin(test, "/ws", "https://evil.example")).isEqualTo(403);
      assertThat(origin(test, "/ws", "null")).isEqualTo(403);
      assertThat(origin(test, "/allowed", "https://good.example")).isIn(101, 200);
      assertThat(origin(test, "/allowed", "http://good.example")).isEqualTo(403);
      assertThat(origin(test, "/allowed", "https://good.example.evil.example")).isEqualTo(403);
      try (var socket = test.rawSocket("/ws")) {
        assertThat(socket.status()).as("no Origin: no browser").isIn(101, 200);
      }
    }
  }

  private static int origin(TestApp test, String path, String origin) {
    try (var socket = test.request("GET", path).header("Origin", origin).rawSocket()) {
      return socket.status();
    }
  }

  private record Shake(String name, String path, String start, Map<String, String> fields) {
    private Shake {
      name = name.endsWith(" ") ? name + "nothing" : name;
    }
  }

  private static List<Shake> shakes() {
    List<Shake> all = new ArrayList<>();
    all.add(shake("4.2.2: that of section 1.3", "/ws"));
    for (String field :
        List.of("Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version")) {
      all.add(shake("4.2.1: without " + field, "/ws", field, null));
    }
    for (String upgrade : List.of("WebSocket", "h2c, websocket", "websockets", "h2c", "")) {
      all.add(shake("4.2.1: Upgrade: " + upgrade, "/ws", "Upgrade", upgrade));
    }
    for (String connection : List.of("keep-alive, Upgrade", "UPGRADE", "keep-alive", "close")) {
      all.add(shake("4.2.1: Connection: " + connection, "/ws", "Connection", connection));
    }
    for (String key :
        List.of(
            "",
            "x",
            "dGhlIHNhbXBsZSBub25jZQ",
            "dGhlIHNhbXBsZSBub25jZQ=!",
            "dGhlIHNhbXBsZSBub25jZTE=",
            "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==")) {
      all.add(shake("4.2.1: Sec-WebSocket-Key: " + key, "/ws", "Sec-WebSocket-Key", key));
    }
    for (String version : List.of("8", "12", "14", "013", "13, 8", "")) {
      all.add(
          shake("4.4: Sec-WebSocket-Version: " + version, "/ws", "Sec-WebSocket-Version", version));
    }
    for (String field : List.of("Sec-WebSocket-Key", "Sec-WebSocket-Version")) {
      String value = good().get(field);
      all.add(shake("4.2.1: two of " + field, "/ws", field, value + "\r\n" + field + ": " + value));
    }
    all.add(new Shake("4.2.1: POST", "/ws", "POST %s HTTP/1.1", good()));
    all.add(new Shake("4.2.1: HTTP/1.0", "/ws", "GET %s HTTP/1.0", good()));
    all.add(shake("4.2.2: where nothing is", "/nowhere"));
    all.add(shake("10.2: a foreign origin", "/ws", "Origin", "https://evil.example"));
    all.add(shake("10.2: its own", "/ws", "Origin", "http://server.example"));
    all.add(shake("10.2: its own, by another scheme", "/ws", "Origin", "https://server.example"));
    for (String names :
        List.of("v1", "v1, v2", "v2,v1", "v3", "v3, v1", "V1", "v1, v1", "a b", "")) {
      all.add(shake("1.9: subprotocols " + names, "/chat", "Sec-WebSocket-Protocol", names));
    }
    all.add(shake("1.9: a subprotocol where there is none", "/ws", "Sec-WebSocket-Protocol", "v1"));
    offers(all);
    return all;
  }

  private static void offers(List<Shake> all) {
    String name = DEFLATE;
    List<String> offers =
        List.of(
            name,
            name + "; client_max_window_bits",
            name + "; client_max_window_bits=9",
            name + "; client_max_window_bits=8; server_max_window_bits=8",
            name + "; server_max_window_bits=11",
            name + "; server_no_context_takeover",
            name + "; client_no_context_takeover",
            name
                + "; server_no_context_takeover; client_no_context_takeover;"
                + " server_max_window_bits=\"10\"; client_max_window_bits=\"12\"",
            name + "; server_max_window_bits=7",
            name + "; server_max_window_bits=16",
            name + "; server_max_window_bits=010",
            name + "; server_max_window_bits",
            name + "; client_max_window_bits=0",
            name + "; server_no_context_takeover=1",
            name + "; server_no_context_takeover; server_no_context_takeover",
            name + "; unknown",
            name + "; unknown, " + name + "; server_no_context_takeover",
            name + "; server_max_window_bits=10, " + name,
            "x-webkit-deflate-frame, " + name,
            "x-webkit-deflate-frame",
            name + ";",
            name + "; =",
            "");
    for (String path : List.of("/on", "/context", "/small")) {
      for (String offer : offers) {
        String told = offer.replace(name, "p-d");
        all.add(
            shake("RFC 7692 7.1: " + path + ": " + told, path, "Sec-WebSocket-Extensions", offer));
      }
    }
    all.add(shake("RFC 7692 7.1: where it is off", "/ws", "Sec-WebSocket-Extensions", name));
  }

  private static Shake shake(String name, String path) {
    return new Shake(name, path, "GET %s HTTP/1.1", good());
  }

  private static Shake shake(String name, String path, String field, String value) {
    Map<String, String> fields = good();
    if (value == null) {
      fields.remove(field);
    } else {
      fields.put(field, value);
    }
    return new Shake(name, path, "GET %s HTTP/1.1", fields);
  }

  private static String answer(int port, Shake shake) throws IOException {
    StringBuilder request = new StringBuilder(shake.start().formatted(shake.path()) + "\r\n");
    shake.fields().forEach((name, value) -> request.append(name + ": " + value + "\r\n"));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write((request + "\r\n").getBytes(ISO_8859_1));
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
        int next = socket.getInputStream().read();
        if (next < 0) {
          return "no response: " + head.toString(ISO_8859_1);
        }
        head.write(next);
      }
      return shown(head.toString(ISO_8859_1));
    }
  }

  private static String shown(String head) {
    List<String> parts = new ArrayList<>();
    List<String> lines = head.lines().toList();
    parts.add(lines.getFirst().split(" ", -1)[1]);
    for (String field : SHOWN) {
      lines.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(field + ":"))
          .forEach(parts::add);
    }
    if (parts.getFirst().equals("101")) {
      assertThat(parts).containsAll(USUAL);
      parts.removeAll(USUAL);
    }
    return String.join(" | ", parts).replace(DEFLATE, "p-d");
  }
}
