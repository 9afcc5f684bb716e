package dev.millrace.netty;

import java.util.ArrayList;
import java.util.List;

/** Requests, right and wrong, by the section of the RFC that speaks of them. */
final class Http1Cases {
  static final int MAX_URL = 8192;
  static final int MAX_HEADER = 16_384;
  static final int MAX_BODY = 100_000;

  private static final String HOST = "Host: localhost\r\n";
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String END = "\r\n";

  /**
   * A case.
   *
   * @param name begins with the section
   * @param toHead whether it is a HEAD request
   * @param bytes what is sent, as Latin-1; the test puts another request right behind it
   */
  record Case(String name, boolean toHead, String bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  private final List<Case> all = new ArrayList<>();

  private Http1Cases() {}

  static List<Case> all() {
    Http1Cases cases = new Http1Cases();
    cases.requestLine();
    cases.target();
    cases.host();
    cases.fields();
    cases.length();
    cases.transferEncoding();
    cases.chunks();
    cases.limits();
    cases.persistence();
    cases.semantics();
    Http1UpgradeCases.addTo(cases.all);
    return cases.all;
  }

  private void add(String name, String bytes) {
    all.add(new Case(name, false, bytes));
  }

  /** A GET of a page, with other fields than usual. */
  private void get(String name, String fields) {
    add(name, "GET /a HTTP/1.1\r\n" + fields + END);
  }

  /** A POST to a handler that sends the body back. */
  private void post(String name, String fields, String body) {
    add(name, "POST /echo HTTP/1.1\r\n" + HOST + fields + END + body);
  }

  private void head(String name, String bytes) {
    all.add(new Case(name, true, bytes));
  }

  private void chunked(String name, String body) {
    post(name, "Transfer-Encoding: chunked\r\n", body);
  }

  private void requestLine() {
    get("RFC 9112 3: a request line", HOST);
    add("RFC 9112 3: one word", "GET\r\n" + HOST + END);
    add("RFC 9112 3: two words", "GET /a\r\n" + HOST + END);
    add("RFC 9112 3: a simple request of HTTP/0.9", "GET /a\r\n");
    add("RFC 9112 3: one of HTTP/0.9, named", "GET /a HTTP/0.9\r\n" + END);
    add("RFC 9112 3: four words", "GET /a b HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3: two spaces before the target", "GET  /a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3: two spaces before the version", "GET /a  HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3: tabs between the words", "GET\t/a\tHTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3: a space before the method", " GET /a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3: a space behind the version", "GET /a HTTP/1.1 \r\n" + HOST + END);
    add("RFC 9112 3.1: a method that is no token", "G(T /a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.1: a method with NUL", "G\0T /a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.1: a method in small letters", "get /a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 2.2: empty lines first", "\r\n\r\nGET /a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 2.2: bare LF behind the request line", "GET /a HTTP/1.1\n" + HOST + END);
    add("RFC 9112 2.2: bare CR in the request line", "GET /a\rHTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 2.2: CR and space in the request line", "GET /a\r HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 2.2: two CRs behind the request line", "GET /a HTTP/1.1\r\r\n" + HOST + END);
    add("RFC 9112 2.2: NUL before the request line", "\0GET /a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 2.2: bare LF behind a field", "GET /a HTTP/1.1\r\nHost: localhost\n" + END);
    add("RFC 9112 2.2: bare LF behind the head", "GET /a HTTP/1.1\r\n" + HOST + "\n");
    add("RFC 9112 2.2: bare LF everywhere", "GET /a HTTP/1.1\nHost: localhost\n\n");
    add("RFC 9112 2.2: spaces before the first field", "GET /a HTTP/1.1\r\n  " + HOST + END);
    add("RFC 9112 2.2: a line of one space", "GET /a HTTP/1.1\r\n \r\n" + HOST + END);
    add("RFC 9112 2.2: a space and an empty line first", " \r\nGET /a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 2.2: bare LFs first", "\n\nGET /a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 2.2: bare CR first", "\rGET /a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 2.3: HTTP/9.9", "GET /a HTTP/9.9\r\n" + HOST + END);
    add("RFC 9112 2.3: HTTP/2.0 in text", "GET /a HTTP/2.0\r\n" + HOST + END);
    add("RFC 9112 2.3: HTTP/1.2", "GET /a HTTP/1.2\r\n" + HOST + END);
    add(
        "RFC 9112 2.3: HTTP/1.2 with chunks",
        "POST /echo HTTP/1.2\r\n"
            + HOST
            + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    add("RFC 9112 2.3: HTTP/1.2 without a Host", "GET /a HTTP/1.2\r\n" + END);
    add("RFC 9112 2.3: a version in small letters", "GET /a http/1.1\r\n" + HOST + END);
    add("RFC 9112 2.3: a version of two digits", "GET /a HTTP/1.10\r\n" + HOST + END);
    add("RFC 9112 2.3: a version without a point", "GET /a HTTP/11\r\n" + HOST + END);
    add("RFC 9112 2.3: another protocol", "GET /a RTSP/1.0\r\n" + HOST + END);
  }

  private void target() {
    add("RFC 9112 3.2.1: a target that is no path", "GET a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.2.1: a fragment", "GET /a#b HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.2.1: bytes above ASCII", "GET /\u00e4 HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.2.1: a control character", "GET /\u0001 HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.2.1: a backslash", "GET /..\\a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.2.1: a query", "GET /a?b=c&d HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.2.2: absolute", "GET http://localhost/a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.2.2: absolute, of another host", "GET http://x/a HTTP/1.1\r\n" + HOST + END);
    add(
        "RFC 9112 3.2.2: absolute, with user information",
        "GET http://localhost@x/a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.2.2: absolute, of another scheme", "GET ftp://x/a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.2.2: absolute, no path", "GET http://localhost HTTP/1.1\r\n" + HOST + END);
    add(
        "RFC 9112 3.2.2: absolute, a query and no path",
        "GET http://localhost?a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.2.2: absolute, no host", "GET http:///a HTTP/1.1\r\n" + HOST + END);
    add(
        "RFC 9112 3.2.2: absolute, no host and none in Host",
        "GET http:///a HTTP/1.1\r\nHost:\r\n\r\n");
    add("RFC 9112 3.2.2: absolute, one slash", "GET http:/a HTTP/1.1\r\n" + HOST + END);
    add(
        "RFC 9112 3.2.2: absolute, another port",
        "GET http://localhost:1/a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.2.2: absolute, without a Host", "GET http://localhost/a HTTP/1.1\r\n" + END);
    add("RFC 9112 3.2.2: absolute, of https", "GET https://localhost/a HTTP/1.1\r\n" + HOST + END);
    add(
        "RFC 9112 3.2.1: a path that begins with two slashes",
        "GET //x/a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.2.3: an authority for GET", "GET localhost:80 HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.2.3: CONNECT", "CONNECT localhost:80 HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.2.4: an asterisk for OPTIONS", "OPTIONS * HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3.2.4: an asterisk for GET", "GET * HTTP/1.1\r\n" + HOST + END);
  }

  private void host() {
    get("RFC 9112 3.2: no Host", "Accept: */*\r\n");
    get("RFC 9112 3.2: two Hosts", HOST + "Host: other\r\n");
    get("RFC 9112 3.2: the same Host twice", HOST + HOST);
    get("RFC 9112 3.2: an empty Host", "Host:\r\n");
    get("RFC 9112 3.2: a Host with a space", "Host: a b\r\n");
    get("RFC 9112 3.2: a Host with a path", "Host: a/b\r\n");
    get("RFC 9112 3.2: a Host with user information", "Host: a@b\r\n");
    get("RFC 9112 3.2: two Hosts in one field", "Host: a, b\r\n");
    get("RFC 9112 3.2: a Host with a port", "Host: a:8080\r\n");
    get("RFC 9112 3.2: a Host with an empty port", "Host: a:\r\n");
    get("RFC 9112 3.2: a Host with two ports", "Host: a:80:81\r\n");
    get("RFC 9112 3.2: a Host with a port of letters", "Host: a:b\r\n");
    get("RFC 9112 3.2: a Host with a port above 65535", "Host: a:65536\r\n");
    get("RFC 9112 3.2: a Host with a backslash", "Host: a\\b\r\n");
    get("RFC 9112 3.2: a Host with a query", "Host: a?b\r\n");
    get("RFC 9112 3.2: a Host with a fragment", "Host: a#b\r\n");
    get("RFC 9112 3.2: a Host above ASCII", "Host: \u00e4\r\n");
    get("RFC 9112 3.2: a Host that is a URL", "Host: http://localhost\r\n");
    get("RFC 9112 3.2: a bracket that does not close", "Host: [::1\r\n");
    get("RFC 9112 3.2: text behind a bracket", "Host: [::1]a\r\n");
    get("RFC 9112 3.2: a space before the colon of Host", "Host : localhost\r\n");
    get("RFC 9112 3.2: a tab behind the Host", "Host: localhost\t\r\n");
    get("RFC 9112 3.2: a Host of IPv6", "Host: [::1]:8080\r\n");
    add("RFC 9112 3.2: no Host in HTTP/1.0", "GET /a HTTP/1.0\r\n\r\n");
  }

  private void fields() {
    get("RFC 9112 5: a line without a colon", HOST + "nonsense\r\n");
    get("RFC 9112 5.1: a space before the colon", HOST + "X : 1\r\n");
    get("RFC 9112 5.1: a tab before the colon", HOST + "X\t: 1\r\n");
    get("RFC 9112 5.1: spaces around the value", HOST + "X: \t 1 \t\r\n");
    get("RFC 9112 5.2: a folded line", HOST + "X: 1\r\n 2\r\n");
    get("RFC 9112 5.2: a line folded with a tab", HOST + "X: 1\r\n\t2\r\n");
    get("RFC 9112 5.2: a folded line of spaces", HOST + "X: 1\r\n   \r\n");
    get("RFC 9112 5.2: a second Host, folded away", HOST + "X: 1\r\n Host: other\r\n");
    get("RFC 9112 5.2: a Host, folded", "Host:\r\n localhost\r\n");
    get("RFC 9112 5.1: a vertical tab before the colon", HOST + "X\u000b: 1\r\n");
    get("RFC 9110 5.5: a vertical tab in a value", HOST + "X: 1\u000b2\r\n");
    get("RFC 9110 5.5: a form feed in a value", HOST + "X: 1\f2\r\n");
    get("RFC 9110 5.5: bare CR behind a value", HOST + "X: 1\r\r\n");
    get("RFC 9110 5.5: NUL behind a value", HOST + "X: 1\0\r\n");
    get("RFC 9110 5.1: no name", HOST + ": 1\r\n");
    get("RFC 9110 5.1: a name with a space", HOST + "X Y: 1\r\n");
    get("RFC 9110 5.1: a name with a bracket", HOST + "X(Y): 1\r\n");
    get("RFC 9110 5.1: a name above ASCII", HOST + "X\u00e4: 1\r\n");
    get("RFC 9110 5.1: a name with NUL", HOST + "X\0: 1\r\n");
    get("RFC 9110 5.5: an empty value", HOST + "X:\r\n");
    get("RFC 9110 5.5: NUL in a value", HOST + "X: 1\0002\r\n");
    get("RFC 9110 5.5: bare CR in a value", HOST + "X: 1\r2\r\n");
    get("RFC 9110 5.5: bare LF in a value", HOST + "X: 1\nY: 2\r\n");
    get("RFC 9110 5.5: a control character in a value", HOST + "X: 1\u00012\r\n");
    get("RFC 9110 5.5: DEL in a value", HOST + "X: 1\u007f2\r\n");
    get("RFC 9110 5.5: bytes above ASCII in a value", HOST + "X: \u00e4\u00ff\r\n");
  }

  private void length() {
    post("RFC 9112 6.2: Content-Length", "Content-Length: 5\r\n", "hello");
    post("RFC 9112 6.2: Content-Length 0", "Content-Length: 0\r\n", "");
    post("RFC 9112 6.3: no body", "", "");
    post(
        "RFC 9112 6.3: two lengths, different",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "hello");
    post(
        "RFC 9112 6.3: two lengths, the same",
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "hello");
    post("RFC 9112 6.3: a list of lengths", "Content-Length: 5, 5\r\n", "hello");
    post("RFC 9112 6.3: a list of lengths without spaces", "Content-Length: 5,5\r\n", "hello");
    post("RFC 9112 6.3: a length and a comma", "Content-Length: 5,\r\n", "hello");
    post(
        "RFC 9112 6.3: two lengths, the second in capitals",
        "Content-Length: 5\r\nCONTENT-LENGTH: 50\r\n",
        "hello");
    post(
        "RFC 9112 6.3: two lengths, one empty",
        "Content-Length: 5\r\nContent-Length:\r\n",
        "hello");
    post("RFC 9112 5.1: a space before the colon of a length", "Content-Length : 5\r\n", "hello");
    post("RFC 9112 5.1: a length on a folded line", "Content-Length:\r\n 5\r\n", "hello");
    post("RFC 9112 5.1: spaces around a length", "Content-Length:  5 \t\r\n", "hello");
    post("RFC 9112 5.1: a vertical tab before a length", "Content-Length: \u000b5\r\n", "hello");
    post("RFC 9112 5.1: NUL behind a length", "Content-Length: 5\0\r\n", "hello");
    add(
        "RFC 9112 6.3: a GET whose body is a request",
        "GET /a HTTP/1.1\r\n" + HOST + "Content-Length: 43\r\n\r\n" + SMUGGLED);
    head(
        "RFC 9112 6.3: a HEAD whose chunk is a request",
        "HEAD /x HTTP/1.1\r\n"
            + HOST
            + "Transfer-Encoding: chunked\r\n\r\n2b\r\n"
            + SMUGGLED
            + "\r\n0\r\n\r\n");
    post("RFC 9112 6.3: a list of different lengths", "Content-Length: 5, 6\r\n", "hello");
    post("RFC 9110 8.6: a negative length", "Content-Length: -5\r\n", "hello");
    post("RFC 9110 8.6: a length with a plus", "Content-Length: +5\r\n", "hello");
    post("RFC 9110 8.6: a length in hexadecimal", "Content-Length: 0x5\r\n", "hello");
    post("RFC 9110 8.6: letters in a length", "Content-Length: 5x\r\n", "hello");
    post("RFC 9110 8.6: a space in a length", "Content-Length: 5 5\r\n", "hello");
    post("RFC 9110 8.6: a fraction", "Content-Length: 5.0\r\n", "hello");
    post("RFC 9110 8.6: an empty length", "Content-Length:\r\n", "hello");
    post("RFC 9110 8.6: a length with zeros first", "Content-Length: 0005\r\n", "hello");
    post("RFC 9110 8.6: a length of 2^63", "Content-Length: 9223372036854775808\r\n", "hello");
    post("RFC 9110 8.6: a length of 2^64 + 5", "Content-Length: 18446744073709551621\r\n", "hello");
    post("RFC 9110 8.6: digits that are not ASCII", "Content-Length: \u00b2\r\n", "hello");
  }

  private void transferEncoding() {
    String body = "5\r\nhello\r\n0\r\n\r\n";
    post("RFC 9112 6.1: chunked", "Transfer-Encoding: chunked\r\n", body);
    post("RFC 9112 6.1: chunked in capitals", "Transfer-Encoding: CHUNKED\r\n", body);
    post("RFC 9112 6.1: chunked behind a tab", "Transfer-Encoding:\tchunked\r\n", body);
    post(
        "RFC 9112 6.1: both framings, the length first",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        body);
    post(
        "RFC 9112 6.1: both framings, the length last",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        body);
    post(
        "RFC 9112 6.1: both framings, smuggling",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "0\r\n\r\nGET /smuggled HTTP/1.1\r\n" + HOST + END);
    post("RFC 9112 6.1: xchunked", "Transfer-Encoding: xchunked\r\n", body);
    post("RFC 9112 6.1: chunked twice", "Transfer-Encoding: chunked, chunked\r\n", body);
    post(
        "RFC 9112 6.1: chunked in two fields",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        body);
    post(
        "RFC 9112 6.1: chunked, and identity in another field",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        body);
    post("RFC 9112 6.1: identity", "Transfer-Encoding: identity\r\n", body);
    post("RFC 9112 6.1: identity behind chunked", "Transfer-Encoding: chunked, identity\r\n", body);
    post("RFC 9112 6.1: identity before chunked", "Transfer-Encoding: identity, chunked\r\n", body);
    post(
        "RFC 9112 6.1: chunked, and an empty second field",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n",
        body);
    post(
        "RFC 9112 6.1: a vertical tab behind chunked",
        "Transfer-Encoding: chunked\u000b\r\n",
        body);
    post("RFC 9112 6.1: a vertical tab, no space", "Transfer-Encoding:\u000bchunked\r\n", body);
    post("RFC 9112 6.1: NUL behind chunked", "Transfer-Encoding: chunked\0\r\n", body);
    post("RFC 9112 6.1: NUL before the colon", "Transfer-Encoding\0: chunked\r\n", body);
    post("RFC 9112 6.1: a bare CR before chunked", "Transfer-Encoding: \rchunked\r\n", body);
    post("RFC 9112 6.1: chunked behind a bare LF", "X: 1\nTransfer-Encoding: chunked\r\n", body);
    post(
        "RFC 9112 6.1: a byte above ASCII in the name",
        "Transfer\u00adEncoding: chunked\r\n",
        body);
    post(
        "RFC 9112 6.1: identity, and a length",
        "Transfer-Encoding: identity\r\nContent-Length: 5\r\n",
        "hello");
    post(
        "RFC 9112 6.1: xchunked, and a length",
        "Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n",
        "hello");
    post(
        "RFC 9112 6.1: chunked in quotes, and a length",
        "Content-Length: 5\r\nTransfer-Encoding: 'chunked'\r\n",
        "hello");
    add(
        "RFC 9112 6.1: both framings in HTTP/1.0",
        "POST /echo HTTP/1.0\r\n"
            + HOST
            + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n"
            + body);
    post("RFC 9112 6.1: gzip before chunked", "Transfer-Encoding: gzip, chunked\r\n", body);
    post("RFC 9112 6.1: gzip behind chunked", "Transfer-Encoding: chunked, gzip\r\n", body);
    post("RFC 9112 6.1: empty", "Transfer-Encoding:\r\n", body);
    post("RFC 9112 6.1: a comma behind chunked", "Transfer-Encoding: chunked,\r\n", body);
    post("RFC 9112 6.1: a parameter", "Transfer-Encoding: chunked;q=1\r\n", body);
    post("RFC 9112 6.1: in quotes", "Transfer-Encoding: \"chunked\"\r\n", body);
    post("RFC 9112 6.1: a vertical tab", "Transfer-Encoding: \u000bchunked\r\n", body);
    post("RFC 9112 6.1: a space before the colon", "Transfer-Encoding : chunked\r\n", body);
    post("RFC 9112 6.1: on a folded line", "Transfer-Encoding:\r\n chunked\r\n", body);
    add(
        "RFC 9112 6.1: chunked in HTTP/1.0",
        "POST /echo HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + body);
  }

  private void chunks() {
    chunked("RFC 9112 7.1: two chunks", "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: a size in capitals", "A\r\nhelloworld\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: zeros before a size", "0005\r\nhello\r\n000\r\n\r\n");
    chunked("RFC 9112 7.1: a size that is no number", "xyz\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: a size with a letter behind", "5g\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: a negative size", "-5\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: a size with a plus", "+5\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: a size with 0x", "0x5\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: an empty size", "\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: a size above 2^31", "80000000\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: a size above 2^32", "100000005\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: a size above 2^64", "10000000000000005\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: a size of 16 digits F", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: a size of 2^63-1", "7fffffffffffffff\r\nhello\r\n0\r\n\r\n");
    chunked(
        "RFC 9112 7.1: a size of 1,000 zeros and 5", "0".repeat(1000) + "5\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: a tab before a size", "\t5\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: a tab behind a size", "5\t\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: NUL behind a size", "5\0\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: a vertical tab before a size", "\u000b5\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: an underscore in a size", "0_5\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: digits that are not ASCII", "\u00b2\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: a last chunk of -0", "5\r\nhello\r\n-0\r\n\r\n");
    chunked("RFC 9112 7.1: junk behind the body", "5\r\nhello\r\n0\r\n\r\njunk\r\n");
    chunked("RFC 9112 7.1: a request in place of trailers", "5\r\nhello\r\n0\r\n" + SMUGGLED);
    chunked("RFC 9112 7.1: bare CR behind the data", "5\r\nhello\r0\r\n\r\n");
    chunked("RFC 9112 7.1: nothing behind the data", "5\r\nhello0\r\n\r\n");
    chunked("RFC 9112 7.1: a space before a size", " 5\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: a space behind a size", "5 \r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: bare LF behind a size", "5\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: bare CR behind a size", "5\rhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: bare LF behind the data", "5\r\nhello\n0\r\n\r\n");
    chunked("RFC 9112 7.1: more data than the size says", "5\r\nhelloworld\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1: bare LF behind the last chunk", "5\r\nhello\r\n0\n\r\n");
    chunked("RFC 9112 7.1: bare LF at the very end", "5\r\nhello\r\n0\r\n\n");
    chunked(
        "RFC 9112 7.1: smuggling behind data that are too long",
        "5\r\nhelloXX\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n" + HOST + END);
    chunked("RFC 9112 7.1.1: an extension", "5;a=b\r\nhello\r\n0;c\r\n\r\n");
    chunked("RFC 9112 7.1.1: an extension in quotes", "5;a=\"b;c\"\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1.1: bare LF in an extension", "5;a\nb\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1.1: bare CR in an extension", "5;a\rb\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1.1: bare LF behind an extension", "5;a\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1.1: bare LF in quotes", "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1.1: NUL in an extension", "5;a\0\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1.1: a space before an extension", "5 ;a=b\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1.1: an extension without a size", ";a=b\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1.1: bare LF in an extension of the last chunk", "5\r\nhello\r\n0;a\n\r\n");
    chunked(
        "RFC 9112 7.1.1: an extension over 16,384 bytes",
        "5;" + "a".repeat(MAX_HEADER) + "\r\nhello\r\n0\r\n\r\n");
    chunked("RFC 9112 7.1.2: trailers", "5\r\nhello\r\n0\r\nX: 1\r\nY: 2\r\n\r\n");
    chunked("RFC 9112 7.1.2: a length as trailer", "5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n");
    chunked("RFC 9112 7.1.2: a trailer without a colon", "5\r\nhello\r\n0\r\nnonsense\r\n\r\n");
    chunked(
        "RFC 9112 7.1.2: a transfer coding as trailer",
        "5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n");
    chunked("RFC 9112 7.1.2: a folded trailer", "5\r\nhello\r\n0\r\nX: 1\r\n 2\r\n\r\n");
    chunked("RFC 9112 7.1.2: a trailer behind a space", "5\r\nhello\r\n0\r\n X: 1\r\n\r\n");
    chunked("RFC 9112 7.1.2: a space before a trailer's colon", "5\r\nhello\r\n0\r\nX : 1\r\n\r\n");
    chunked("RFC 9112 7.1.2: bare LF behind a trailer", "5\r\nhello\r\n0\r\nX: 1\n\r\n");
    chunked("RFC 9112 7.1.2: NUL in a trailer", "5\r\nhello\r\n0\r\nX: \0\r\n\r\n");
    chunked(
        "RFC 9112 7.1.2: 101 trailers", "5\r\nhello\r\n0\r\n" + "X: 1\r\n".repeat(101) + "\r\n");
    chunked(
        "RFC 9112 7.1.2: trailers over 16,384 bytes",
        "5\r\nhello\r\n0\r\nX: " + "1".repeat(MAX_HEADER) + "\r\n\r\n");
  }

  private void limits() {
    String path = "/" + "a".repeat(MAX_URL - 1);
    add("RFC 9112 3: a target of 8,192 bytes", "GET " + path + " HTTP/1.1\r\n" + HOST + END);
    add("RFC 9112 3: a target of 8,193 bytes", "GET " + path + "a HTTP/1.1\r\n" + HOST + END);
    add(
        "RFC 9112 3: a target of 20,000 bytes",
        "GET /" + "a".repeat(19_999) + " HTTP/1.1\r\n" + HOST + END);
    add(
        "RFC 9112 3: a method of 10,000 bytes",
        "G".repeat(10_000) + " / HTTP/1.1\r\n" + HOST + END);
    get("RFC 6585 5: a field of 16,000 bytes", HOST + "X: " + "1".repeat(16_000) + "\r\n");
    get("RFC 6585 5: a field of 17,000 bytes", HOST + "X: " + "1".repeat(17_000) + "\r\n");
    get("RFC 6585 5: a name of 17,000 bytes", HOST + "X".repeat(17_000) + ": 1\r\n");
    get("RFC 6585 5: 10,000 short fields", HOST + "X: 1\r\n".repeat(10_000));
    get("RFC 6585 5: 100 fields", HOST + "X: 1\r\n".repeat(99));
    get("RFC 6585 5: 101 fields", HOST + "X: 1\r\n".repeat(100));
    String most = "Content-Length: " + MAX_BODY + "\r\n";
    String more = "Content-Length: " + (MAX_BODY + 1) + "\r\n";
    post("RFC 9110 15.5.14: a body as large as the limit", most, "b".repeat(MAX_BODY));
    post("RFC 9110 15.5.14: a body over the limit, declared", more, "");
    chunked("RFC 9110 15.5.14: chunks as large as the limit", chunksOf(MAX_BODY) + "0\r\n\r\n");
    chunked("RFC 9110 15.5.14: chunks over the limit", chunksOf(MAX_BODY + 1) + "ffff\r\n");
  }

  private static String chunksOf(int bytes) {
    int rest = bytes - 50_000;
    return "c350\r\n%s\r\n%x\r\n%s\r\n".formatted("b".repeat(50_000), rest, "b".repeat(rest));
  }

  private void persistence() {
    String one = "GET /a HTTP/1.0\r\n" + HOST;
    add("RFC 9112 9.3: HTTP/1.0", one + END);
    add("RFC 9112 9.3: HTTP/1.0 with keep-alive", one + "Connection: keep-alive\r\n\r\n");
    get("RFC 9112 9.3: Connection: close", HOST + "Connection: close\r\n");
    get("RFC 9112 9.3: close in capitals", HOST + "Connection: CLOSE\r\n");
    get("RFC 9112 9.3: close in a list", HOST + "Connection: keep-alive, close\r\n");
    get("RFC 9112 9.3: close in a second field", HOST + "Connection: x\r\nConnection: close\r\n");
    get("RFC 9112 9.3: an option that only begins with close", HOST + "Connection: closed\r\n");
    add(
        "RFC 9112 9.3: a body that no handler reads, cut",
        "POST /deaf HTTP/1.1\r\n" + HOST + "Content-Length: 1000\r\n\r\nhello");
  }

  private void semantics() {
    head("RFC 9110 9.3.2: HEAD", "HEAD /a HTTP/1.1\r\n" + HOST + END);
    head("RFC 9110 9.3.2: HEAD of a stream", "HEAD /s HTTP/1.1\r\n" + HOST + END);
    head("RFC 9110 9.3.2: HEAD, 404", "HEAD /x HTTP/1.1\r\n" + HOST + END);
    add("RFC 9110 15.5.5: an unknown path", "GET /x HTTP/1.1\r\n" + HOST + END);
    add("RFC 9110 15.5.6: a wrong method", "DELETE /a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9110 15.5.6: TRACE", "TRACE /a HTTP/1.1\r\n" + HOST + END);
    add("RFC 9110 15.5.6: an unknown method", "BREW /a HTTP/1.1\r\n" + HOST + END);
    add(
        "RFC 9110 15.5.7: a wire that does not exist",
        "GET /s HTTP/1.1\r\n" + HOST + "Accept: image/png\r\n\r\n");
    add("RFC 9110 15.6.1: a handler that throws", "GET /broken HTTP/1.1\r\n" + HOST + END);
    add("RFC 9110 15.3.5: 204", "GET /nothing HTTP/1.1\r\n" + HOST + END);
    post(
        "RFC 9110 10.1.1: an unknown expectation", "Expect: tea\r\nContent-Length: 5\r\n", "hello");
    add(
        "RFC 9110 10.1.1: 100-continue in HTTP/1.0",
        "POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello");
    add(
        "RFC 9110 10.1.1: 100-continue without a body",
        "GET /a HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\n\r\n");
    get(
        "RFC 9110 7.8: an upgrade that is not known",
        HOST + "Connection: Upgrade\r\nUpgrade: h2c\r\n");
  }
}
