package dev.millrace.netty;

import dev.millrace.netty.Http2Cases.Action;
import dev.millrace.netty.Http2Cases.Case;
import java.util.List;

/** Extended CONNECT, right and wrong (RFC 8441). {@code /ws} is a WebSocket, {@code /a} a page. */
final class Http2ConnectCases {
  private final List<Case> all;

  private Http2ConnectCases(List<Case> all) {
    this.all = all;
  }

  static void addTo(List<Case> all) {
    Http2ConnectCases cases = new Http2ConnectCases(all);
    cases.accepted();
    cases.pseudoFields();
    cases.refused();
  }

  private void add(String name, Action action) {
    all.add(new Case("RFC 8441 " + name, action));
  }

  private void head(String name, String... fields) {
    add(name, client -> client.headers(false, fields));
  }

  private void connect(String name, String path, String... more) {
    add(name, client -> client.connect(path, more));
  }

  private void accepted() {
    add(
        "5: a socket that both sides end",
        client -> {
          int stream = client.connect("/ws");
          client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, stream, SocketFrames.close(1000));
          return stream;
        });
    add(
        "5: END_STREAM with the handshake",
        client ->
            client.headers(
                true,
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":scheme",
                "http",
                ":path",
                "/ws",
                ":authority",
                "localhost",
                "sec-websocket-version",
                "13"));
    add(
        "5: END_STREAM and no close frame",
        client -> {
          int stream = client.connect("/ws");
          client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, stream);
          return stream;
        });
    add(
        "5: trailers end the stream too",
        client -> {
          int stream = client.connect("/ws");
          client.frame(RawHttp2.DATA, 0, stream, SocketFrames.close(1000));
          client.frame(
              RawHttp2.HEADERS,
              RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
              stream,
              RawHttp2.block("x", "1"));
          return stream;
        });
    add(
        "5: DATA behind END_STREAM",
        client -> {
          client.hold();
          int stream = client.connect("/ws");
          client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, stream, SocketFrames.text("a"));
          client.frame(RawHttp2.DATA, 0, stream, SocketFrames.text("b"));
          client.release();
          return stream;
        });
    add(
        "5: DATA over the socket's window",
        client -> {
          client.hold();
          int stream = client.connect("/deaf-ws");
          for (int i = 0; i < 5; i++) {
            client.frame(RawHttp2.DATA, 0, stream, new byte[16_384]);
          }
          client.release();
          return stream;
        });
  }

  private void pseudoFields() {
    String[] scheme = {":scheme", "http"};
    String[] path = {":path", "/ws"};
    String[] authority = {":authority", "localhost"};
    String[] protocol = {":protocol", "websocket"};
    head("4: no :scheme", fields(protocol, path, authority));
    head("4: no :path", fields(protocol, scheme, authority));
    head("4: no :authority", fields(protocol, scheme, path));
    head(
        "4: :protocol behind a field",
        fields(scheme, path, authority, new String[] {"x", "1"}, protocol));
    head("4: :protocol twice", fields(protocol, protocol, scheme, path, authority));
    head("4: an empty :protocol", fields(new String[] {":protocol", ""}, scheme, path, authority));
    head(
        "4: another :protocol",
        fields(new String[] {":protocol", "connect-udp"}, scheme, path, authority));
    head(
        "4: :protocol with GET",
        ":method",
        "GET",
        ":protocol",
        "websocket",
        ":scheme",
        "http",
        ":path",
        "/ws",
        ":authority",
        "localhost");
    head("4: :path *", fields(protocol, scheme, new String[] {":path", "*"}, authority));
    connect("4: a content-length", "/ws", "content-length", "5");
    connect("4: upgrade", "/ws", "upgrade", "websocket");
    connect("4: connection", "/ws", "connection", "upgrade");
  }

  /** Extended CONNECT, with pseudo-fields in this order. */
  private static String[] fields(String[]... pairs) {
    String[] all = new String[2 + 2 * pairs.length];
    all[0] = ":method";
    all[1] = "CONNECT";
    for (int i = 0; i < pairs.length; i++) {
      System.arraycopy(pairs[i], 0, all, 2 + 2 * i, 2);
    }
    return all;
  }

  private void refused() {
    connect("5: a page", "/a");
    connect("5: an unknown path", "/x");
    connect("5: another origin", "/ws", "origin", "http://elsewhere");
    head(
        "5: no version",
        fields(
            new String[] {":protocol", "websocket"},
            new String[] {":scheme", "http"},
            new String[] {":path", "/ws"},
            new String[] {":authority", "localhost"}));
    connect("5: another version", "/ws", "sec-websocket-version", "8");
    add("5: a GET of a socket", client -> client.get("/ws"));
  }
}
