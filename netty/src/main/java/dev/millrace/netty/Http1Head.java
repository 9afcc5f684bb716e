package dev.millrace.netty;

import dev.millrace.engine.Limit;
import dev.millrace.http.Headers;
import dev.millrace.http.HttpException;
import dev.millrace.http.RequestHead;
import dev.millrace.http.Syntax;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.SocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks the head of an HTTP/1.1 request where Netty leaves that to us (RFC 9112). */
final class Http1Head {
  /**
   * What browsers and other clients write before a WebSocket. It keeps its request for as long as
   * it lives: the names that every handshake has made some 190 bytes of it, and a browser sends
   * twice as many.
   */
  private static final Map<String, String> SOCKETS_NAMES =
      Stream.of(
              "Accept",
              "Accept-Encoding",
              "Accept-Language",
              "Authorization",
              "Cache-Control",
              "Connection",
              "Cookie",
              "Host",
              "Origin",
              "Pragma",
              "Sec-WebSocket-Extensions",
              "Sec-WebSocket-Key",
              "Sec-WebSocket-Protocol",
              "Sec-WebSocket-Version",
              "Upgrade",
              "User-Agent")
          .collect(Collectors.toUnmodifiableMap(name -> name, name -> name));

  private Http1Head() {}

  /**
   * The head as the core knows it.
   *
   * @throws HttpException what is wrong with it; the connection is to be closed then
   */
  static RequestHead check(
      HttpRequest request, HeadLimits limits, boolean secure, SocketAddress remote) {
    if (request.decoderResult().isFailure()) {
      throw refusal(request.decoderResult().cause(), limits);
    }
    String version = version(request.protocolVersion());
    limits.fields(request.headers().size());
    String upgrade = asksForSocket(request) ? "websocket" : null;
    Headers headers = headers(request, upgrade == null ? Map.of() : SOCKETS_NAMES);
    String method = request.method().name();
    if (!Syntax.isToken(method)) {
      throw new HttpException(400, "the method is not a token");
    }
    if (method.equals("CONNECT")) {
      throw new HttpException(501, "this server is no proxy");
    }
    String target = request.uri();
    checkTarget(target, limits);
    checkFraming(headers, version);
    String host = host(headers, version);
    if (!target.startsWith("/")) {
      target = originForm(method, target, host);
    }
    String scheme = secure ? "https" : "http";
    return new RequestHead(method, target, scheme, host, version, headers, remote, upgrade);
  }

  private static HttpException refusal(Throwable cause, HeadLimits limits) {
    if (cause instanceof TooLongHttpLineException) {
      return limits.over(Limit.URL, 414, "the request line is too long");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return limits.over(Limit.HEADERS, 431, "the header fields are too long");
    }
    return new HttpException(400, "the request is not HTTP/1.1");
  }

  private static String version(HttpVersion version) {
    if (version.equals(HttpVersion.HTTP_1_1)) {
      return "HTTP/1.1";
    }
    if (version.equals(HttpVersion.HTTP_1_0)) {
      return "HTTP/1.0";
    }
    throw new HttpException(505, "expected HTTP/1.1 or HTTP/1.0");
  }

  /**
   * The fields as they came.
   *
   * @param shared names of which no copy is kept
   */
  private static Headers headers(HttpRequest request, Map<String, String> shared) {
    String[] fields = new String[request.headers().size() * 2];
    int at = 0;
    var iterator = request.headers().iteratorCharSequence();
    while (iterator.hasNext()) {
      Map.Entry<CharSequence, CharSequence> field = iterator.next();
      String name = field.getKey().toString();
      fields[at++] = shared.getOrDefault(name, name);
      fields[at++] = field.getValue().toString();
    }
    return Headers.parsed(fields);
  }

  static void checkTarget(String target, HeadLimits limits) {
    limits.target(target.length());
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\' || c == '"' || c == '<' || c == '>') {
        throw new HttpException(400, "the request target has " + Syntax.name(c) + " at index " + i);
      }
    }
  }

  /** Section 6.1: chunked and nothing else, at most one length, never both. */
  private static void checkFraming(Headers headers, String version) {
    List<String> encodings = headers.all("Transfer-Encoding");
    if (!encodings.isEmpty()) {
      boolean chunked =
          encodings.size() == 1 && encodings.getFirst().toLowerCase(Locale.ROOT).equals("chunked");
      if (!chunked || headers.contains("Content-Length") || version.equals("HTTP/1.0")) {
        throw new HttpException(400, "the framing is not clear (expected: chunked alone)");
      }
    }
    List<String> lengths = headers.all("Content-Length");
    if (lengths.size() > 1) {
      throw new HttpException(400, "two Content-Length fields");
    }
    if (lengths.size() == 1) {
      String length = lengths.getFirst();
      boolean digits = !length.isEmpty() && length.chars().allMatch(c -> c >= '0' && c <= '9');
      if (!digits || length.length() > 18) {
        throw new HttpException(400, "Content-Length is not a number");
      }
    }
  }

  /** Section 3.2: exactly one Host, except before HTTP/1.1. */
  private static String host(Headers headers, String version) {
    List<String> hosts = headers.all("Host");
    if (hosts.isEmpty() && version.equals("HTTP/1.0")) {
      return "";
    }
    if (hosts.size() != 1) {
      throw new HttpException(400, hosts.size() + " Host fields (expected: one)");
    }
    return checkAuthority(hosts.getFirst());
  }

  /**
   * A host and perhaps a port (RFC 3986, section 3.2): user information is not part of it, brackets
   * are around IPv6, and a port is a number. What is looser is read in several ways.
   */
  static String checkAuthority(String authority) {
    int bracket = authority.lastIndexOf(']');
    boolean ipv6 = authority.startsWith("[") && bracket > 0;
    int colon = authority.indexOf(':', ipv6 ? bracket : 0);
    int end = colon < 0 ? authority.length() : colon;
    for (int i = ipv6 ? 1 : 0; i < (ipv6 ? bracket : end); i++) {
      char c = authority.charAt(i);
      if (!(isAlphanumeric(c) || (ipv6 ? ":.%" : "-._~!$&'()*+,;=%").indexOf(c) >= 0)) {
        throw new HttpException(400, "the host has " + Syntax.name(c) + " at index " + i);
      }
    }
    if ((ipv6 && bracket + 1 != end) || !isPort(authority, end + 1)) {
      throw new HttpException(400, "the host's port is not a number up to 65535");
    }
    return authority;
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** An empty one is the scheme's own. */
  private static boolean isPort(String text, int from) {
    int port = 0;
    for (int i = from; i < text.length() && port <= 65535; i++) {
      char c = text.charAt(i);
      port = c >= '0' && c <= '9' ? port * 10 + (c - '0') : Integer.MAX_VALUE;
    }
    return port <= 65535;
  }

  /** Section 3.2.2: the authority of an absolute target must be the host's. */
  private static String originForm(String method, String target, String host) {
    if (target.equals("*") && method.equals("OPTIONS")) {
      return target;
    }
    String lower = target.toLowerCase(Locale.ROOT);
    int start = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
    if (start < 0) {
      throw new HttpException(400, "the request target is no path");
    }
    int slash = target.indexOf('/', start);
    int query = target.indexOf('?', start);
    int end = slash < 0 ? target.length() : slash;
    end = query >= 0 && query < end ? query : end;
    if (start == end || !target.substring(start, end).equalsIgnoreCase(host)) {
      throw new HttpException(400, "the target's authority is not the Host");
    }
    String path = target.substring(end);
    return path.startsWith("/") ? path : "/" + path;
  }

  /**
   * Whether the client waits with its body until it is asked for it (RFC 9110, section 10.1.1).
   *
   * @throws HttpException 417 for another expectation
   */
  static boolean awaitsContinue(Headers headers) {
    String expectation = headers.first("Expect").orElse("");
    if (!expectation.isEmpty() && !expectation.equalsIgnoreCase("100-continue")) {
      throw new HttpException(417, "expected: 100-continue");
    }
    return !expectation.isEmpty();
  }

  /**
   * Whether what follows the head may be no HTTP (RFC 6455, section 4.1). HTTP/1.0 cannot ask (RFC
   * 9110, section 7.8), and a request with a body is answered as any other.
   */
  static boolean asksForSocket(HttpRequest request) {
    HttpHeaders headers = request.headers();
    return headers.contains("Upgrade")
        && headers.containsValue("Upgrade", "websocket", true)
        && request.method().equals(HttpMethod.GET)
        && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
        && request.decoderResult().isSuccess()
        && !headers.contains("Transfer-Encoding")
        && isZero(headers.get("Content-Length"));
  }

  private static boolean isZero(@Nullable String length) {
    return length == null || (!length.isEmpty() && length.chars().allMatch(c -> c == '0'));
  }

  /** Whether something that a decoder threw is the peer's fault. */
  static boolean isPeersFault(Throwable cause) {
    return cause instanceof DecoderException || cause instanceof java.io.IOException;
  }

  /** Whether a connection option was sent (RFC 9110, section 7.6.1). */
  static boolean hasOption(Headers headers, String option) {
    for (String value : headers.all("Connection")) {
      for (String each : value.split(",", -1)) {
        if (each.strip().equalsIgnoreCase(option)) {
          return true;
        }
      }
    }
    return false;
  }
}
