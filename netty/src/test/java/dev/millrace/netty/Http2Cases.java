package dev.millrace.netty;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client may do on an HTTP/2 connection, right and wrong, by the section that speaks of it.
 */
final class Http2Cases {

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
    Http2FrameCases.addTo(cases);
    Http2FieldCases.addTo(cases);
    Http2MessageCases.addTo(cases);
    Http2ConnectCases.addTo(cases.all);
    return cases.all;
  }

  void add(String name, Action action) {
    all.add(new Case("RFC 9113 " + name, action));
  }

  /** A GET with more fields. */
  void get(String name, String... more) {
    add(name, client -> client.request("GET", "/a", true, more));
  }

  void path(String name, String method, String path) {
    add(name, client -> client.request(method, path, true));
  }

  /** Opens a stream whose handler waits for the rest of the body. */
  static int open(RawHttp2 client) throws IOException {
    return client.request("POST", "/echo", false);
  }

  static int onOpenStream(RawHttp2 client, int type, int flags, byte... payload)
      throws IOException {
    int stream = open(client);
    client.frame(type, flags, stream, payload);
    return stream;
  }
}
