package dev.millrace.netty;

import static dev.millrace.netty.RawHttp2.ACK;
import static dev.millrace.netty.RawHttp2.CONTINUATION;
import static dev.millrace.netty.RawHttp2.DATA;
import static dev.millrace.netty.RawHttp2.END_HEADERS;
import static dev.millrace.netty.RawHttp2.END_STREAM;
import static dev.millrace.netty.RawHttp2.GOAWAY;
import static dev.millrace.netty.RawHttp2.HEADERS;
import static dev.millrace.netty.RawHttp2.PADDED;
import static dev.millrace.netty.RawHttp2.PING;
import static dev.millrace.netty.RawHttp2.PRIORITY;
import static dev.millrace.netty.RawHttp2.PUSH_PROMISE;
import static dev.millrace.netty.RawHttp2.RST_STREAM;
import static dev.millrace.netty.RawHttp2.SETTINGS;
import static dev.millrace.netty.RawHttp2.WINDOW_UPDATE;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a client may do on an HTTP/2 connection, right and wrong, by the section that speaks of it.
 */
final class Http2Cases {
  private static final int ENABLE_PUSH = 2;

  /** Does something on a connection that is open. */
  @FunctionalInterface
  interface Action {

    /**
     * Sends frames.
     *
     * @return the stream whose fate is the verdict; 0 for none
     */
    int on(RawHttp2 client) throws IOException;
  }

  /**
   * A case.
   *
   * @param name begins with the section
   */
  record Case(String name, Action action) {
    @Override
    public String toString() {
      return name;
    }
  }

  private final List<Case> all = new ArrayList<>();

  private Http2Cases() {}

  static List<Case> all() {
    Http2Cases cases = new Http2Cases();
    cases.frames();
    cases.streams();
    cases.settings();
    cases.windows();
    cases.blocks();
    cases.fields();
    cases.pseudoFields();
    cases.bodies();
    cases.semantics();
    Http2ConnectCases.addTo(cases.all);
    return cases.all;
  }

  private void add(String name, Action action) {
    all.add(new Case("RFC 9113 " + name, action));
  }

  /** A GET with more fields. */
  private void get(String name, String... more) {
    add(name, client -> client.request("GET", "/a", true, more));
  }

  /** A request without a body, of these fields alone. */
  private void head(String name, String... fields) {
    add(name, client -> client.headers(true, fields));
  }

  private void path(String name, String method, String path) {
    add(name, client -> client.request(method, path, true));
  }

  private void authority(String name, String authority) {
    head(name, ":method", "GET", ":scheme", "http", ":path", "/a", ":authority", authority);
  }

  private void scheme(String name, String scheme) {
    head(name, ":method", "GET", ":scheme", scheme, ":path", "/a", ":authority", "h");
  }

  /** Opens a stream whose handler waits for the rest of the body. */
  private static int open(RawHttp2 client) throws IOException {
    return client.request("POST", "/echo", false);
  }

  private void frames() {
    add(
        "4.1: a frame of an unknown type",
        client -> {
          client.frame(0x42, 0xff, 0, new byte[100]);
          return client.get("/a");
        });
    add(
        "4.1: the reserved bit of a stream's number",
        client -> {
          int stream = client.nextStream();
          client.frame(
              HEADERS,
              END_HEADERS | END_STREAM,
              stream | Integer.MIN_VALUE,
              RawHttp2.block(
                  ":method", "GET", ":scheme", "http", ":path", "/a", ":authority", "localhost"));
          return stream;
        });
    add(
        "4.2: DATA of 16,385 bytes",
        client -> {
          int stream = open(client);
          client.frame(DATA, 0, stream, new byte[16_385]);
          return stream;
        });
    add("4.2: SETTINGS of 5 bytes", client -> connection(client, SETTINGS, 0, new byte[5]));
    add("4.2: PING of 7 bytes", client -> connection(client, PING, 0, new byte[7]));
    add("4.2: GOAWAY of 7 bytes", client -> connection(client, GOAWAY, 0, new byte[7]));
    add(
        "4.2: WINDOW_UPDATE of 3 bytes",
        client -> connection(client, WINDOW_UPDATE, 0, new byte[3]));
    add("4.2: RST_STREAM of 3 bytes", client -> onOpenStream(client, RST_STREAM, 0, new byte[3]));
    add("4.2: PRIORITY of 4 bytes", client -> onOpenStream(client, PRIORITY, 0, new byte[4]));
    add(
        "6.1: DATA with padding",
        client -> {
          int stream = open(client);
          client.frame(DATA, PADDED | END_STREAM, stream, (byte) 2, (byte) 'x', (byte) 0, (byte) 0);
          return stream;
        });
    add(
        "6.1: DATA with more padding than bytes",
        client -> {
          int stream = open(client);
          client.frame(DATA, PADDED, stream, (byte) 9, (byte) 'x');
          return stream;
        });
    add("6.1: DATA on stream 0", client -> connection(client, DATA, 0, new byte[1]));
    add("6.2: HEADERS on stream 0", client -> connection(client, HEADERS, END_HEADERS));
    add(
        "6.3: PRIORITY",
        client -> {
          client.frame(PRIORITY, 0, 101, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 15);
          return client.get("/a");
        });
    add("6.4: RST_STREAM on stream 0", client -> connection(client, RST_STREAM, 0, new byte[4]));
    add("6.5: SETTINGS on a stream", client -> onOpenStream(client, SETTINGS, 0));
    add("6.6: PUSH_PROMISE", client -> onOpenStream(client, PUSH_PROMISE, 0, new byte[4]));
    add(
        "6.7: PING",
        client -> {
          client.awaitPong();
          return client.get("/a");
        });
    add("6.7: PING on a stream", client -> onOpenStream(client, PING, 0, new byte[8]));
    add("6.8: GOAWAY on a stream", client -> onOpenStream(client, GOAWAY, 0, new byte[8]));
  }

  private static int connection(RawHttp2 client, int type, int flags, byte... payload)
      throws IOException {
    client.frame(type, flags, 0, payload);
    return 0;
  }

  private static int onOpenStream(RawHttp2 client, int type, int flags, byte... payload)
      throws IOException {
    int stream = open(client);
    client.frame(type, flags, stream, payload);
    return stream;
  }

  private void streams() {
    add(
        "5.1: DATA on a stream that was never opened",
        client -> {
          client.frame(DATA, 0, 101, new byte[1]);
          return 0;
        });
    add(
        "5.1: RST_STREAM on a stream that was never opened",
        client -> {
          client.frame(RST_STREAM, 0, 101, new byte[4]);
          return 0;
        });
    add(
        "5.1: WINDOW_UPDATE on a stream that was never opened",
        client -> {
          client.windowUpdate(101, 1);
          return 0;
        });
    add(
        "5.1: DATA behind END_STREAM",
        client -> {
          int stream = client.get("/park");
          client.data(stream, "x", false);
          return stream;
        });
    add(
        "5.1: HEADERS behind END_STREAM",
        client -> {
          int stream = client.get("/park");
          client.frame(HEADERS, END_HEADERS | END_STREAM, stream, RawHttp2.block("x", "1"));
          return stream;
        });
    add(
        "5.1: WINDOW_UPDATE behind END_STREAM",
        client -> {
          int stream = client.get("/a");
          client.windowUpdate(stream, 1);
          return stream;
        });
    add(
        "5.1: DATA behind RST_STREAM",
        client -> {
          int stream = open(client);
          client.resetStream(stream);
          client.data(stream, "x", true);
          return 0;
        });
    add(
        "5.1: RST_STREAM twice",
        client -> {
          int stream = open(client);
          client.resetStream(stream);
          client.resetStream(stream);
          return 0;
        });
    add(
        "5.1.1: a stream with an even number",
        client -> {
          client.frame(
              HEADERS,
              END_HEADERS | END_STREAM,
              2,
              RawHttp2.block(":method", "GET", ":path", "/a"));
          return 0;
        });
    add(
        "5.1.1: a stream with a lower number than one before",
        client -> {
          int lower = client.nextStream();
          client.awaitEnd(client.get("/a"));
          client.frame(
              HEADERS,
              END_HEADERS | END_STREAM,
              lower,
              RawHttp2.block(
                  ":method", "GET", ":scheme", "http", ":path", "/a", ":authority", "localhost"));
          return lower;
        });
    add(
        "5.3.1: a stream that depends on itself",
        client -> {
          client.frame(PRIORITY, 0, 101, (byte) 0, (byte) 0, (byte) 0, (byte) 101, (byte) 15);
          return client.get("/a");
        });
  }

  private void settings() {
    setting("6.5.2: an unknown setting", 0x4242, 1);
    setting("6.5.2: ENABLE_PUSH 2", ENABLE_PUSH, 2);
    setting("6.5.2: a window of 2^31", RawHttp2.SETTINGS_INITIAL_WINDOW_SIZE, Integer.MIN_VALUE);
    setting("6.5.2: frames of 16,383 bytes", RawHttp2.SETTINGS_MAX_FRAME_SIZE, 16_383);
    setting("6.5.2: frames of 2^24 bytes", RawHttp2.SETTINGS_MAX_FRAME_SIZE, 1 << 24);
    setting("6.5.2: no streams pushed, none expected", RawHttp2.SETTINGS_MAX_CONCURRENT_STREAMS, 0);
    add(
        "6.5: an acknowledgement with a payload",
        client -> connection(client, SETTINGS, ACK, new byte[6]));
    add(
        "6.5: an acknowledgement of nothing",
        client -> {
          client.frame(SETTINGS, ACK, 0);
          return client.get("/a");
        });
  }

  private void setting(String name, int id, int value) {
    add(
        name,
        client -> {
          client.settings(id, value);
          return client.get("/a");
        });
  }

  private void windows() {
    add(
        "6.9: an increment of 0 for a stream",
        client -> {
          int stream = open(client);
          client.windowUpdate(stream, 0);
          return stream;
        });
    add(
        "6.9: an increment of 0 for the connection",
        client -> {
          client.windowUpdate(0, 0);
          return 0;
        });
    add(
        "6.9.1: a stream's window above 2^31-1",
        client -> {
          int stream = open(client);
          client.windowUpdate(stream, Integer.MAX_VALUE);
          return stream;
        });
    add(
        "6.9.1: the connection's window above 2^31-1",
        client -> {
          client.windowUpdate(0, Integer.MAX_VALUE);
          return 0;
        });
    add(
        "6.9.1: DATA over the stream's window",
        client -> {
          int stream = client.request("POST", "/never", false);
          for (int i = 0; i < 5; i++) {
            client.frame(DATA, 0, stream, new byte[16_384]);
          }
          return stream;
        });
    add(
        "6.9.2: a window above 2^31-1 by SETTINGS",
        client -> {
          int stream = open(client);
          client.windowUpdate(stream, 65_536);
          client.settings(RawHttp2.SETTINGS_INITIAL_WINDOW_SIZE, Integer.MAX_VALUE);
          return stream;
        });
  }

  private void blocks() {
    add(
        "4.3: a field block that is no HPACK",
        client -> {
          int stream = client.nextStream();
          client.frame(
              HEADERS, END_HEADERS | END_STREAM, stream, (byte) 0xff, (byte) 0xff, (byte) 0xff);
          return stream;
        });
    add(
        "4.3: an index that does not exist",
        client -> {
          int stream = client.nextStream();
          client.frame(HEADERS, END_HEADERS | END_STREAM, stream, (byte) 0xbe);
          return stream;
        });
    add("6.10: a block in three frames", client -> inPieces(client, CONTINUATION, 0));
    add("6.10: DATA inside a block", client -> inPieces(client, DATA, 0));
    add("6.10: PING inside a block", client -> inPieces(client, PING, 0));
    add("6.10: CONTINUATION of another stream", client -> inPieces(client, CONTINUATION, 2));
    add(
        "6.10: CONTINUATION without HEADERS",
        client -> onOpenStream(client, CONTINUATION, END_HEADERS));
    get("6.5.2: a field of 16,000 bytes", "x", "1".repeat(16_000));
    add("6.5.2: a field of 17,000 bytes", client -> large(client, 17_000));
    add("6.5.2: a field of 100,000 bytes", client -> large(client, 100_000));
    add(
        "6.5.2: 5,000 short fields",
        client -> {
          String[] fields = new String[8 + 10_000];
          Arrays.fill(fields, "x");
          System.arraycopy(PSEUDO, 0, fields, 0, 8);
          return inFrames(client, RawHttp2.block(fields));
        });
    get("6.5.2: 100 fields", fields(100));
    get("6.5.2: 101 fields", fields(101));
    get("8.2.3: a cookie in 150 pieces", cookie(150));
  }

  private static String[] fields(int number) {
    String[] fields = new String[number * 2];
    Arrays.fill(fields, "x");
    return fields;
  }

  private static String[] cookie(int pieces) {
    String[] fields = new String[pieces * 2];
    Arrays.setAll(fields, i -> i % 2 == 0 ? "cookie" : "a=b");
    return fields;
  }

  private static final String[] PSEUDO = {
    ":method", "GET", ":scheme", "http", ":path", "/a", ":authority", "localhost"
  };

  private static int inPieces(RawHttp2 client, int type, int otherStream) throws IOException {
    int stream = client.nextStream();
    byte[] block = RawHttp2.block(PSEUDO);
    client.frame(HEADERS, END_STREAM, stream, Arrays.copyOf(block, 10));
    client.frame(type, 0, stream + otherStream, Arrays.copyOfRange(block, 10, 18));
    client.frame(CONTINUATION, END_HEADERS, stream, Arrays.copyOfRange(block, 18, block.length));
    return stream;
  }

  private static int large(RawHttp2 client, int bytes) throws IOException {
    String[] fields = Arrays.copyOf(PSEUDO, 10);
    fields[8] = "x";
    fields[9] = "1".repeat(bytes);
    return inFrames(client, RawHttp2.block(fields));
  }

  private static int inFrames(RawHttp2 client, byte[] block) throws IOException {
    int stream = client.nextStream();
    int size = 16_384;
    for (int at = 0; at < block.length; at += size) {
      int to = Math.min(block.length, at + size);
      int flags = (at == 0 ? END_STREAM : 0) | (to == block.length ? END_HEADERS : 0);
      client.frame(
          at == 0 ? HEADERS : CONTINUATION, flags, stream, Arrays.copyOfRange(block, at, to));
    }
    return stream;
  }

  private void fields() {
    get("8.2: a field");
    get("8.2: an empty value", "x", "");
    get("8.2.1: a name with a capital", "X", "1");
    get("8.2.1: an empty name", "", "1");
    get("8.2.1: a name with a space", "x y", "1");
    get("8.2.1: a name with a colon inside", "x:y", "1");
    get("8.2.1: a name with NUL", "x\0", "1");
    get("8.2.1: a name above ASCII", "x\u00e4", "1");
    get("8.2.1: NUL in a value", "x", "1\0002");
    get("8.2.1: CR in a value", "x", "1\r2");
    get("8.2.1: LF in a value", "x", "1\n2");
    get("8.2.1: CR and LF in a value", "x", "1\r\ntransfer-encoding: chunked");
    get("8.2.1: CR and LF in a name", "x: 1\r\ny", "2");
    get("8.2.1: a vertical tab in a value", "x", "1\u000b2");
    get("8.2.1: DEL in a value", "x", "1\u007f2");
    get("8.2.1: a tab before a value", "x", "\t1");
    get("8.2.1: a name with a colon behind", "transfer-encoding:", "chunked");
    get("8.2.2: Transfer-Encoding in capitals", "Transfer-Encoding", "chunked");
    get("8.2.2: te: trailers, gzip", "te", "trailers, gzip");
    get("8.2.2: te: TRAILERS", "te", "TRAILERS");
    get("8.2.2: te twice", "te", "trailers", "te", "gzip");
    get("8.2.2: http2-settings", "http2-settings", "AAMAAABk");
    get("8.2.1: host with a space", "host", "local host");
    get("8.2.1: a space before a value", "x", " 1");
    get("8.2.1: a tab behind a value", "x", "1\t");
    get("8.2.2: connection", "connection", "close");
    get("8.2.2: keep-alive", "keep-alive", "timeout=5");
    get("8.2.2: proxy-connection", "proxy-connection", "keep-alive");
    get("8.2.2: transfer-encoding", "transfer-encoding", "chunked");
    get("8.2.2: upgrade", "upgrade", "h2c");
    get("8.2.2: te: trailers", "te", "trailers");
    get("8.2.2: te: gzip", "te", "gzip");
  }

  private void pseudoFields() {
    head(
        "8.3: an unknown one",
        ":method",
        "GET",
        ":scheme",
        "http",
        ":path",
        "/a",
        ":authority",
        "h",
        ":x",
        "1");
    head(
        "8.3: :status",
        ":method",
        "GET",
        ":scheme",
        "http",
        ":path",
        "/a",
        ":authority",
        "h",
        ":status",
        "200");
    head(
        "8.3: one behind a field",
        ":method",
        "GET",
        ":scheme",
        "http",
        "x",
        "1",
        ":path",
        "/a",
        ":authority",
        "h");
    head(
        "8.3: :method twice",
        ":method",
        "GET",
        ":method",
        "GET",
        ":scheme",
        "http",
        ":path",
        "/a",
        ":authority",
        "h");
    head(
        "8.3: :path twice",
        ":method",
        "GET",
        ":scheme",
        "http",
        ":path",
        "/a",
        ":path",
        "/b",
        ":authority",
        "h");
    head("8.3.1: no :method", ":scheme", "http", ":path", "/a", ":authority", "h");
    head("8.3.1: no :scheme", ":method", "GET", ":path", "/a", ":authority", "h");
    head("8.3.1: no :path", ":method", "GET", ":scheme", "http", ":authority", "h");
    head("8.3.1: none at all", "x", "1");
    head(
        "8.3.1: no :authority, but host",
        ":method",
        "GET",
        ":scheme",
        "http",
        ":path",
        "/a",
        "host",
        "h");
    head("8.3.1: neither :authority nor host", ":method", "GET", ":scheme", "http", ":path", "/a");
    get("8.3.1: host as :authority", "host", "localhost");
    get("8.3.1: host other than :authority", "host", "other");
    get("8.3.1: two hosts", "host", "localhost", "host", "localhost");
    head(
        "8.3.1: :authority with user information",
        ":method",
        "GET",
        ":scheme",
        "http",
        ":path",
        "/a",
        ":authority",
        "a@h");
    path("8.3.1: an empty :path", "GET", "");
    path("8.3.1: :path without a slash", "GET", "a");
    path("8.3.1: :path with a space", "GET", "/a b");
    path("8.3.1: :path with CR and LF", "GET", "/a\r\nx: 1");
    path("8.3.1: :path with NUL", "GET", "/a\0");
    path("8.3.1: :path with a backslash", "GET", "/..\\a");
    path("8.3.1: :path that is a URL", "GET", "http://localhost/a");
    path("8.3.1: :path that is another request", "GET", "/a HTTP/1.1\r\nhost: x\r\n\r\nGET /b");
    path("8.3.1: :method with CR and LF", "GET / HTTP/1.1\r\nx: ", "/a");
    authority("8.3.1: :authority with a path", "localhost/a");
    authority("8.3.1: :authority with CR and LF", "localhost\r\nx: 1");
    authority("8.3.1: :authority with a space", "local host");
    authority("8.3.1: an empty :authority", "");
    authority("8.3.1: :authority with a port of letters", "localhost:x");
    head(
        "8.3.1: an empty :authority, but host",
        ":method",
        "GET",
        ":scheme",
        "http",
        ":path",
        "/a",
        ":authority",
        "",
        "host",
        "h");
    head(
        "8.3.1: :authority twice",
        ":method",
        "GET",
        ":scheme",
        "http",
        ":path",
        "/a",
        ":authority",
        "h",
        ":authority",
        "h");
    head(
        "8.3.1: :scheme twice",
        ":method",
        "GET",
        ":scheme",
        "http",
        ":scheme",
        "http",
        ":path",
        "/a",
        ":authority",
        "h");
    scheme("8.3.1: https in clear text", "https");
    scheme("8.3.1: :scheme in capitals", "HTTP");
    scheme("8.3.1: an empty :scheme", "");
    scheme("8.3.1: :scheme with CR and LF", "http\r\nx: 1");
    path("8.3.1: :path with a fragment", "GET", "/a#b");
    path("8.3.1: :path above ASCII", "GET", "/\u00e4");
    path("8.3.1: * for OPTIONS", "OPTIONS", "*");
    path("8.3.1: * for GET", "GET", "*");
    path("8.3.1: :method that is no token", "G T", "/a");
    path("8.3.1: an empty :method", "", "/a");
    head(
        "8.3.1: another :scheme",
        ":method",
        "GET",
        ":scheme",
        "ftp",
        ":path",
        "/a",
        ":authority",
        "h");
    head(
        "8.3.1: a :scheme that is none",
        ":method",
        "GET",
        ":scheme",
        "http://x",
        ":path",
        "/a",
        ":authority",
        "h");
    head("8.5: CONNECT", ":method", "CONNECT", ":authority", "h:80");
    head(
        "8.5: CONNECT with a :path",
        ":method",
        "CONNECT",
        ":scheme",
        "http",
        ":path",
        "/a",
        ":authority",
        "h:80");
    head(
        "8.5: :protocol on a page",
        ":method",
        "CONNECT",
        ":protocol",
        "websocket",
        ":scheme",
        "http",
        ":path",
        "/a",
        ":authority",
        "h");
  }

  private void bodies() {
    body("8.1: a body", "5", false, "hello");
    body("8.1.1: content-length and less DATA", "6", false, "hello");
    body("8.1.1: content-length and more DATA", "4", false, "hello");
    body("8.1.1: content-length 0 and DATA", "0", false, "hello");
    body("8.1.1: content-length and no DATA", "5", true, "");
    body("8.1.1: content-length that is no number", "5x", false, "hello");
    body("8.1.1: content-length with a plus", "+5", false, "hello");
    body("8.1.1: a list of content-lengths", "5,5", false, "hello");
    body("8.1.1: an empty content-length", "", false, "hello");
    body("8.1.1: content-length of 2^63", "9223372036854775808", false, "hello");
    add(
        "8.1.1: two content-lengths and no DATA",
        client ->
            client.request("POST", "/echo", true, "content-length", "0", "content-length", "0"));
    body("8.1.1: a negative content-length", "-5", false, "hello");
    body("8.1.1: content-length of 2^64 + 5", "18446744073709551621", false, "hello");
    add(
        "8.1.1: a body over the limit, declared",
        client -> client.request("POST", "/echo", false, "content-length", "1000000"));
    add(
        "8.1.1: two content-lengths",
        client -> {
          int stream =
              client.request("POST", "/echo", false, "content-length", "5", "content-length", "5");
          client.data(stream, "hello", true);
          return stream;
        });
    add(
        "8.1.1: two content-lengths that differ",
        client -> {
          int stream =
              client.request("POST", "/echo", false, "content-length", "5", "content-length", "6");
          client.data(stream, "hello", true);
          return stream;
        });
    trailers("8.1: trailers", END_STREAM, "x", "1");
    trailers("8.1: trailers without END_STREAM", 0, "x", "1");
    trailers("8.1: a pseudo-field as trailer", END_STREAM, ":path", "/b");
    trailers("8.1: a trailer with a capital", END_STREAM, "X", "1");
    trailers("8.1: content-length as trailer", END_STREAM, "content-length", "5");
    trailers("8.1: another content-length as trailer", END_STREAM, "content-length", "9");
    trailers("8.1: transfer-encoding as trailer", END_STREAM, "transfer-encoding", "chunked");
    trailers("8.1: connection as trailer", END_STREAM, "connection", "close");
    trailers("8.1: CR and LF in a trailer", END_STREAM, "x", "1\r\n2");
    trailers("8.1: host as trailer", END_STREAM, "host", "other");
  }

  private void body(String name, String length, boolean end, String data) {
    add(
        name,
        client -> {
          int stream = client.request("POST", "/echo", end, "content-length", length);
          if (!end) {
            client.data(stream, data, true);
          }
          return stream;
        });
  }

  private void trailers(String name, int flags, String... fields) {
    add(
        name,
        client -> {
          int stream = open(client);
          client.data(stream, "hello", false);
          client.frame(HEADERS, END_HEADERS | flags, stream, RawHttp2.block(fields));
          return stream;
        });
  }

  private void semantics() {
    path("8.1: GET", "GET", "/a");
    path("8.1: HEAD", "HEAD", "/a");
    path("8.1: a stream", "GET", "/s");
    path("8.1: HEAD of a stream", "HEAD", "/s");
    path("8.1: an unknown path", "GET", "/x");
    path("8.1: a wrong method", "DELETE", "/a");
    path("8.1: 204", "GET", "/nothing");
    path("8.1: a handler that throws", "GET", "/broken");
    path("8.1: a target of 9,000 bytes", "GET", "/" + "a".repeat(9000));
    add(
        "8.1: an answer before the body has come",
        client -> client.request("POST", "/deaf", false));
    add(
        "8.1: a wire that does not exist",
        client -> client.request("GET", "/s", true, "accept", "image/png"));
    add(
        "8.1: GOAWAY of the client",
        client -> {
          int stream = client.get("/a");
          client.frame(GOAWAY, 0, 0, new byte[8]);
          return stream;
        });
  }
}
