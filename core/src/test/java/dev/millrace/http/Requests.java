package dev.millrace.http;

import dev.millrace.json.JsonCodec;
import java.io.InputStream;
import java.net.InetSocketAddress;

/** Requests as values. */
public final class Requests {
  private Requests() {}

  /**
   * A request without a body.
   *
   * @param headers names and values in turn
   */
  public static Request request(String method, String target, String... headers) {
    RequestHead head =
        new RequestHead(
            method,
            target,
            "http",
            "localhost",
            "HTTP/1.1",
            Headers.of(headers),
            InetSocketAddress.createUnresolved("localhost", 1));
    return new Request(head, InputStream.nullInputStream(), JsonCodec.standard());
  }

  /** A GET of / with headers. */
  public static Request get(String... headers) {
    return request("GET", "/", headers);
  }
}
