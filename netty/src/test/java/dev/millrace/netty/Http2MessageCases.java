package dev.millrace.netty;

import static dev.millrace.netty.Http2Cases.open;
import static dev.millrace.netty.RawHttp2.END_HEADERS;
import static dev.millrace.netty.RawHttp2.END_STREAM;
import static dev.millrace.netty.RawHttp2.GOAWAY;
import static dev.millrace.netty.RawHttp2.HEADERS;

/** Bodies, trailers and what is answered: RFC 9113, section 8.1. */
final class Http2MessageCases {
  private final Http2Cases cases;

  private Http2MessageCases(Http2Cases cases) {
    this.cases = cases;
  }

  static void addTo(Http2Cases cases) {
    Http2MessageCases table = new Http2MessageCases(cases);
    table.bodies();
    table.semantics();
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
    cases.add(
        "8.1.1: two content-lengths and no DATA",
        client ->
            client.request("POST", "/echo", true, "content-length", "0", "content-length", "0"));
    body("8.1.1: a negative content-length", "-5", false, "hello");
    body("8.1.1: content-length of 2^64 + 5", "18446744073709551621", false, "hello");
    cases.add(
        "8.1.1: a body over the limit, declared",
        client -> client.request("POST", "/echo", false, "content-length", "1000000"));
    cases.add(
        "8.1.1: two content-lengths",
        client -> {
          int stream =
              client.request("POST", "/echo", false, "content-length", "5", "content-length", "5");
          client.data(stream, "hello", true);
          return stream;
        });
    cases.add(
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
    cases.add(
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
    cases.add(
        name,
        client -> {
          int stream = open(client);
          client.data(stream, "hello", false);
          client.frame(HEADERS, END_HEADERS | flags, stream, RawHttp2.block(fields));
          return stream;
        });
  }

  private void semantics() {
    cases.path("8.1: GET", "GET", "/a");
    cases.path("8.1: HEAD", "HEAD", "/a");
    cases.path("8.1: a stream", "GET", "/s");
    cases.path("8.1: HEAD of a stream", "HEAD", "/s");
    cases.path("8.1: an unknown path", "GET", "/x");
    cases.path("8.1: a wrong method", "DELETE", "/a");
    cases.path("8.1: 204", "GET", "/nothing");
    cases.path("8.1: a handler that throws", "GET", "/broken");
    cases.path("8.1: a target of 9,000 bytes", "GET", "/" + "a".repeat(9000));
    cases.add(
        "8.1: an answer before the body has come",
        client -> client.request("POST", "/deaf", false));
    cases.add(
        "8.1: a wire that does not exist",
        client -> client.request("GET", "/s", true, "accept", "image/png"));
    cases.add(
        "8.1: GOAWAY of the client",
        client -> {
          int stream = client.get("/a");
          client.frame(GOAWAY, 0, 0, new byte[8]);
          return stream;
        });
  }
}
