package dev.millrace.netty;

import dev.millrace.http.Headers;
import dev.millrace.http.HttpException;
import dev.millrace.http.RequestHead;
import dev.millrace.http.Syntax;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Translates the heads of HTTP/2 messages (RFC 9113, section 8.3). */
final class Http2Head {
  private static final int MAX_KNOWN_NAMES = 512;
  private static final Map<String, AsciiString> NAMES = new ConcurrentHashMap<>();

  private Http2Head() {}

  /**
   * The head of a request. Netty has checked that the pseudo-headers are there and no field is
   * specific to a connection, has made one content-length of several that are equal (RFC 9110,
   * section 8.6) and compares it with the DATA.
   *
   * @throws HttpException what is wrong with it
   */
  static RequestHead check(
      int streamId, Http2Headers fields, HeadLimits limits, boolean secure, SocketAddress remote) {
    String method = text(fields.method());
    if (!Syntax.isToken(method)) {
      throw new HttpException(400, "the method is not a token");
    }
    String upgrade = upgrade(method, fields);
    String target = text(fields.path());
    Http1Head.checkTarget(target, limits);
    boolean ofServer = target.equals("*") && method.equals("OPTIONS");
    if (!target.startsWith("/") && !ofServer) {
      throw new HttpException(400, ":path of stream " + streamId + " is no path");
    }
    checkScheme(text(fields.scheme()));
    Headers headers = headers(fields);
    limits.fields(headers.size());
    String authority = authority(text(fields.authority()), headers);
    String scheme = secure ? "https" : "http";
    if (upgrade != null) {
      method = "GET";
    }
    return new RequestHead(method, target, scheme, authority, "HTTP/2", headers, remote, upgrade);
  }

  /**
   * What an extended CONNECT asks for (RFC 8441, section 4); {@code null} for any other request.
   */
  private static @Nullable String upgrade(String method, Http2Headers fields) {
    CharSequence protocol = fields.get(Http2Headers.PseudoHeaderName.PROTOCOL.value());
    boolean connects = method.equals("CONNECT");
    if (!connects && protocol != null) {
      throw new HttpException(400, ":protocol without CONNECT");
    }
    if (connects && protocol == null) {
      throw new HttpException(501, "this server is no proxy");
    }
    if (!connects) {
      return null;
    }
    if (!AsciiString.contentEqualsIgnoreCase(protocol, "websocket")) {
      throw new HttpException(501, ":protocol is not known (expected: websocket)");
    }
    if (fields.contains("content-length")) {
      throw new HttpException(400, "a CONNECT with content-length");
    }
    return "websocket";
  }

  private static String text(@Nullable CharSequence value) {
    return value == null ? "" : value.toString();
  }

  /**
   * Section 8.3.1. What is said is not compared with what the connection is: behind a proxy that
   * ends TLS they differ.
   */
  private static void checkScheme(String scheme) {
    if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
      throw new HttpException(400, ":scheme is neither http nor https");
    }
  }

  /** Strings that HPACK has seen before are shared by all requests of the connection. */
  private static Headers headers(Http2Headers fields) {
    List<String> flat = new ArrayList<>(fields.size() * 2);
    StringBuilder cookies = null;
    for (Map.Entry<CharSequence, CharSequence> field : fields) {
      CharSequence name = field.getKey();
      if (name.charAt(0) == ':') {
        continue;
      }
      String value = field.getValue().toString();
      // Section 8.2.1. Netty has looked at the beginning.
      if (value.endsWith(" ") || value.endsWith("\t")) {
        throw new HttpException(400, "a field value ends with white space");
      }
      if (AsciiString.contentEquals(name, "cookie")) {
        // Section 8.2.3: sent in pieces to compress better.
        cookies = cookies == null ? new StringBuilder() : cookies.append("; ");
        cookies.append(value);
      } else {
        flat.add(name.toString());
        flat.add(value);
      }
    }
    if (cookies != null) {
      flat.add("cookie");
      flat.add(cookies.toString());
    }
    return Headers.parsed(flat.toArray(String[]::new));
  }

  /** Section 8.3.1: a Host field must say the same as the authority. */
  private static String authority(String authority, Headers headers) {
    List<String> hosts = headers.all("host");
    if (hosts.size() > 1) {
      throw new HttpException(400, "two host fields");
    }
    String host = hosts.isEmpty() ? authority : hosts.getFirst();
    if (!authority.isEmpty() && !authority.equalsIgnoreCase(host)) {
      throw new HttpException(400, ":authority and host differ");
    }
    if (host.isEmpty()) {
      throw new HttpException(400, "no :authority");
    }
    return Http1Head.checkAuthority(host);
  }

  /** The head of a response: lower-case names, and nothing that is specific to a connection. */
  static Http2Headers response(int status, Headers headers, String date) {
    Http2Headers fields = new DefaultHttp2Headers(false, headers.size() + 2);
    fields.status(Integer.toString(status));
    fields.add(name("date"), date);
    headers.forEach((field, value) -> {
      AsciiString name = name(field);
      if (!isOfConnection(name)) {
        fields.add(name, value);
      }
    });
    return fields;
  }

  private static AsciiString name(String name) {
    AsciiString known = NAMES.get(name);
    if (known == null) {
      known = AsciiString.of(name.toLowerCase(Locale.ROOT));
      if (NAMES.size() < MAX_KNOWN_NAMES) {
        NAMES.put(name, known);
      }
    }
    return known;
  }

  private static boolean isOfConnection(AsciiString name) {
    return name.contentEquals("connection")
        || name.contentEquals("keep-alive")
        || name.contentEquals("proxy-connection")
        || name.contentEquals("te")
        || name.contentEquals("transfer-encoding")
        || name.contentEquals("upgrade")
        || name.contentEquals("date");
  }
}
