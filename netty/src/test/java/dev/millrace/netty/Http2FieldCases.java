package dev.millrace.netty;

import static dev.millrace.netty.Http2Cases.onOpenStream;
import static dev.millrace.netty.RawHttp2.CONTINUATION;
import static dev.millrace.netty.RawHttp2.DATA;
import static dev.millrace.netty.RawHttp2.END_HEADERS;
import static dev.millrace.netty.RawHttp2.END_STREAM;
import static dev.millrace.netty.RawHttp2.HEADERS;
import static dev.millrace.netty.RawHttp2.PING;

import java.io.IOException;
import java.util.Arrays;

/** Field blocks, fields and pseudo-fields: RFC 9113, sections 4.3, 6.10, 8.2 and 8.3. */
final class Http2FieldCases {
  private static final String[] PSEUDO = {
    ":method", "GET", ":scheme", "http", ":path", "/a", ":authority", "localhost"
  };

  private final Http2Cases cases;

  private Http2FieldCases(Http2Cases cases) {
    this.cases = cases;
  }

  static void addTo(Http2Cases cases) {
    Http2FieldCases table = new Http2FieldCases(cases);
    table.blocks();
    table.fields();
    table.pseudoFields();
  }

  private void blocks() {
    cases.add(
        "4.3: a field block that is no HPACK",
        client -> {
          int stream = client.nextStream();
          client.frame(
              HEADERS, END_HEADERS | END_STREAM, stream, (byte) 0xff, (byte) 0xff, (byte) 0xff);
          return stream;
        });
    cases.add(
        "4.3: an index that does not exist",
        client -> {
          int stream = client.nextStream();
          client.frame(HEADERS, END_HEADERS | END_STREAM, stream, (byte) 0xbe);
          return stream;
        });
    cases.add("6.10: a block in three frames", client -> inPieces(client, CONTINUATION, 0));
    cases.add("6.10: DATA inside a block", client -> inPieces(client, DATA, 0));
    cases.add("6.10: PING inside a block", client -> inPieces(client, PING, 0));
    cases.add("6.10: CONTINUATION of another stream", client -> inPieces(client, CONTINUATION, 2));
    cases.add(
        "6.10: CONTINUATION without HEADERS",
        client -> onOpenStream(client, CONTINUATION, END_HEADERS));
    cases.get("6.5.2: a field of 16,000 bytes", "x", "1".repeat(16_000));
    cases.add("6.5.2: a field of 17,000 bytes", client -> large(client, 17_000));
    cases.add("6.5.2: a field of 100,000 bytes", client -> large(client, 100_000));
    cases.add(
        "6.5.2: 5,000 short fields",
        client -> {
          String[] fields = new String[8 + 10_000];
          Arrays.fill(fields, "x");
          System.arraycopy(PSEUDO, 0, fields, 0, 8);
          return inFrames(client, RawHttp2.block(fields));
        });
    cases.get("6.5.2: 100 fields", fields(100));
    cases.get("6.5.2: 101 fields", fields(101));
    cases.get("8.2.3: a cookie in 150 pieces", cookie(150));
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
    cases.get("8.2: a field");
    cases.get("8.2: an empty value", "x", "");
    cases.get("8.2.1: a name with a capital", "X", "1");
    cases.get("8.2.1: an empty name", "", "1");
    cases.get("8.2.1: a name with a space", "x y", "1");
    cases.get("8.2.1: a name with a colon inside", "x:y", "1");
    cases.get("8.2.1: a name with NUL", "x\0", "1");
    cases.get("8.2.1: a name above ASCII", "x\u00e4", "1");
    cases.get("8.2.1: NUL in a value", "x", "1\0002");
    cases.get("8.2.1: CR in a value", "x", "1\r2");
    cases.get("8.2.1: LF in a value", "x", "1\n2");
    cases.get("8.2.1: CR and LF in a value", "x", "1\r\ntransfer-encoding: chunked");
    cases.get("8.2.1: CR and LF in a name", "x: 1\r\ny", "2");
    cases.get("8.2.1: a vertical tab in a value", "x", "1\u000b2");
    cases.get("8.2.1: DEL in a value", "x", "1\u007f2");
    cases.get("8.2.1: a tab before a value", "x", "\t1");
    cases.get("8.2.1: a name with a colon behind", "transfer-encoding:", "chunked");
    cases.get("8.2.2: Transfer-Encoding in capitals", "Transfer-Encoding", "chunked");
    cases.get("8.2.2: te: trailers, gzip", "te", "trailers, gzip");
    cases.get("8.2.2: te: TRAILERS", "te", "TRAILERS");
    cases.get("8.2.2: te twice", "te", "trailers", "te", "gzip");
    cases.get("8.2.2: http2-settings", "http2-settings", "AAMAAABk");
    cases.get("8.2.1: host with a space", "host", "local host");
    cases.get("8.2.1: a space before a value", "x", " 1");
    cases.get("8.2.1: a tab behind a value", "x", "1\t");
    cases.get("8.2.2: connection", "connection", "close");
    cases.get("8.2.2: keep-alive", "keep-alive", "timeout=5");
    cases.get("8.2.2: proxy-connection", "proxy-connection", "keep-alive");
    cases.get("8.2.2: transfer-encoding", "transfer-encoding", "chunked");
    cases.get("8.2.2: upgrade", "upgrade", "h2c");
    cases.get("8.2.2: te: trailers", "te", "trailers");
    cases.get("8.2.2: te: gzip", "te", "gzip");
  }

  /** A request without a body, of these fields alone. */
  private void head(String name, String... fields) {
    cases.add(name, client -> client.headers(true, fields));
  }

  private void authority(String name, String authority) {
    head(name, ":method", "GET", ":scheme", "http", ":path", "/a", ":authority", authority);
  }

  private void scheme(String name, String scheme) {
    head(name, ":method", "GET", ":scheme", scheme, ":path", "/a", ":authority", "h");
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
    cases.get("8.3.1: host as :authority", "host", "localhost");
    cases.get("8.3.1: host other than :authority", "host", "other");
    cases.get("8.3.1: two hosts", "host", "localhost", "host", "localhost");
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
    cases.path("8.3.1: an empty :path", "GET", "");
    cases.path("8.3.1: :path without a slash", "GET", "a");
    cases.path("8.3.1: :path with a space", "GET", "/a b");
    cases.path("8.3.1: :path with CR and LF", "GET", "/a\r\nx: 1");
    cases.path("8.3.1: :path with NUL", "GET", "/a\0");
    cases.path("8.3.1: :path with a backslash", "GET", "/..\\a");
    cases.path("8.3.1: :path that is a URL", "GET", "http://localhost/a");
    cases.path(
        "8.3.1: :path that is another request", "GET", "/a HTTP/1.1\r\nhost: x\r\n\r\nGET /b");
    cases.path("8.3.1: :method with CR and LF", "GET / HTTP/1.1\r\nx: ", "/a");
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
    cases.path("8.3.1: :path with a fragment", "GET", "/a#b");
    cases.path("8.3.1: :path above ASCII", "GET", "/\u00e4");
    cases.path("8.3.1: * for OPTIONS", "OPTIONS", "*");
    cases.path("8.3.1: * for GET", "GET", "*");
    cases.path("8.3.1: :method that is no token", "G T", "/a");
    cases.path("8.3.1: an empty :method", "", "/a");
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
}
