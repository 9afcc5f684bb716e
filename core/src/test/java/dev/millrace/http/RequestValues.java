package dev.millrace.http;

import dev.millrace.json.JsonCodec;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** RequestValues as values, for handlers and filters that are tested without a server. */
public final class RequestValues {
  private static final SocketAddress LOOPBACK =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);

  private RequestValues() {}

  /** A request over clear text to {@code shop.example}. */
  public static Request of(String method, String target, String... headers) {
    return to("http", "shop.example", method, target, headers);
  }

  /** A request to a host. */
  public static Request to(
      String scheme, String authority, String method, String target, String... headers) {
    return make(LOOPBACK, scheme, authority, method, target, headers);
  }

  /** A GET that comes from an address. */
  public static Request from(SocketAddress remote, String... headers) {
    return make(remote, "http", "shop.example", "GET", "/", headers);
  }

  private static Request make(
      SocketAddress remote,
      String scheme,
      String authority,
      String method,
      String target,
      String... headers) {
    return new Request(
        new RequestHead(method, target, scheme, authority, "HTTP/1.1", Headers.of(headers), remote),
        InputStream.nullInputStream(),
        JsonCodec.standard());
  }

  /** Runs what was to come after the response, as an engine does: the last registered first. */
  public static void end(Request request, Outcome outcome) {
    request.takeHooks().reversed().forEach(hook -> hook.accept(outcome));
  }
}
