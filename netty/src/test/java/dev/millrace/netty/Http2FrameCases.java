package dev.millrace.netty;

import static dev.millrace.netty.Http2Cases.onOpenStream;
import static dev.millrace.netty.Http2Cases.open;
import static dev.millrace.netty.RawHttp2.ACK;
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

/** Frames, and what they do to streams, settings and windows: RFC 9113, sections 4 to 6. */
final class Http2FrameCases {
  private static final int ENABLE_PUSH = 2;

  private final Http2Cases cases;

  private Http2FrameCases(Http2Cases cases) {
    this.cases = cases;
  }

  static void addTo(Http2Cases cases) {
    Http2FrameCases table = new Http2FrameCases(cases);
    table.frames();
    table.streams();
    table.settings();
    table.windows();
  }

  private void frames() {
    cases.add(
        "4.1: a frame of an unknown type",
        client -> {
          client.frame(0x42, 0xff, 0, new byte[100]);
          return client.get("/a");
        });
    cases.add(
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
    cases.add(
        "4.2: DATA of 16,385 bytes",
        client -> {
          int stream = open(client);
          client.frame(DATA, 0, stream, new byte[16_385]);
          return stream;
        });
    cases.add("4.2: SETTINGS of 5 bytes", client -> connection(client, SETTINGS, 0, new byte[5]));
    cases.add("4.2: PING of 7 bytes", client -> connection(client, PING, 0, new byte[7]));
    cases.add("4.2: GOAWAY of 7 bytes", client -> connection(client, GOAWAY, 0, new byte[7]));
    cases.add(
        "4.2: WINDOW_UPDATE of 3 bytes",
        client -> connection(client, WINDOW_UPDATE, 0, new byte[3]));
    cases.add(
        "4.2: RST_STREAM of 3 bytes", client -> onOpenStream(client, RST_STREAM, 0, new byte[3]));
    cases.add("4.2: PRIORITY of 4 bytes", client -> onOpenStream(client, PRIORITY, 0, new byte[4]));
    cases.add(
        "6.1: DATA with padding",
        client -> {
          int stream = open(client);
          client.frame(DATA, PADDED | END_STREAM, stream, (byte) 2, (byte) 'x', (byte) 0, (byte) 0);
          return stream;
        });
    cases.add(
        "6.1: DATA with more padding than bytes",
        client -> {
          int stream = open(client);
          client.frame(DATA, PADDED, stream, (byte) 9, (byte) 'x');
          return stream;
        });
    cases.add("6.1: DATA on stream 0", client -> connection(client, DATA, 0, new byte[1]));
    cases.add("6.2: HEADERS on stream 0", client -> connection(client, HEADERS, END_HEADERS));
    cases.add(
        "6.3: PRIORITY",
        client -> {
          client.frame(PRIORITY, 0, 101, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 15);
          return client.get("/a");
        });
    cases.add(
        "6.4: RST_STREAM on stream 0", client -> connection(client, RST_STREAM, 0, new byte[4]));
    cases.add("6.5: SETTINGS on a stream", client -> onOpenStream(client, SETTINGS, 0));
    cases.add("6.6: PUSH_PROMISE", client -> onOpenStream(client, PUSH_PROMISE, 0, new byte[4]));
    cases.add(
        "6.7: PING",
        client -> {
          client.awaitPong();
          return client.get("/a");
        });
    cases.add("6.7: PING on a stream", client -> onOpenStream(client, PING, 0, new byte[8]));
    cases.add("6.8: GOAWAY on a stream", client -> onOpenStream(client, GOAWAY, 0, new byte[8]));
  }

  private static int connection(RawHttp2 client, int type, int flags, byte... payload)
      throws IOException {
    client.frame(type, flags, 0, payload);
    return 0;
  }

  private void streams() {
    cases.add(
        "5.1: DATA on a stream that was never opened",
        client -> {
          client.frame(DATA, 0, 101, new byte[1]);
          return 0;
        });
    cases.add(
        "5.1: RST_STREAM on a stream that was never opened",
        client -> {
          client.frame(RST_STREAM, 0, 101, new byte[4]);
          return 0;
        });
    cases.add(
        "5.1: WINDOW_UPDATE on a stream that was never opened",
        client -> {
          client.windowUpdate(101, 1);
          return 0;
        });
    cases.add(
        "5.1: DATA behind END_STREAM",
        client -> {
          int stream = client.get("/park");
          client.data(stream, "x", false);
          return stream;
        });
    cases.add(
        "5.1: HEADERS behind END_STREAM",
        client -> {
          int stream = client.get("/park");
          client.frame(HEADERS, END_HEADERS | END_STREAM, stream, RawHttp2.block("x", "1"));
          return stream;
        });
    cases.add(
        "5.1: WINDOW_UPDATE behind END_STREAM",
        client -> {
          int stream = client.get("/a");
          client.windowUpdate(stream, 1);
          return stream;
        });
    cases.add(
        "5.1: DATA behind RST_STREAM",
        client -> {
          int stream = open(client);
          client.resetStream(stream);
          client.data(stream, "x", true);
          return 0;
        });
    cases.add(
        "5.1: RST_STREAM twice",
        client -> {
          int stream = open(client);
          client.resetStream(stream);
          client.resetStream(stream);
          return 0;
        });
    cases.add(
        "5.1.1: a stream with an even number",
        client -> {
          client.frame(
              HEADERS,
              END_HEADERS | END_STREAM,
              2,
              RawHttp2.block(":method", "GET", ":path", "/a"));
          return 0;
        });
    cases.add(
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
    cases.add(
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
    cases.add(
        "6.5: an acknowledgement with a payload",
        client -> connection(client, SETTINGS, ACK, new byte[6]));
    cases.add(
        "6.5: an acknowledgement of nothing",
        client -> {
          client.frame(SETTINGS, ACK, 0);
          return client.get("/a");
        });
  }

  private void setting(String name, int id, int value) {
    cases.add(
        name,
        client -> {
          client.settings(id, value);
          return client.get("/a");
        });
  }

  private void windows() {
    cases.add(
        "6.9: an increment of 0 for a stream",
        client -> {
          int stream = open(client);
          client.windowUpdate(stream, 0);
          return stream;
        });
    cases.add(
        "6.9: an increment of 0 for the connection",
        client -> {
          client.windowUpdate(0, 0);
          return 0;
        });
    cases.add(
        "6.9.1: a stream's window above 2^31-1",
        client -> {
          int stream = open(client);
          client.windowUpdate(stream, Integer.MAX_VALUE);
          return stream;
        });
    cases.add(
        "6.9.1: the connection's window above 2^31-1",
        client -> {
          client.windowUpdate(0, Integer.MAX_VALUE);
          return 0;
        });
    cases.add(
        "6.9.1: DATA over the stream's window",
        client -> {
          int stream = client.request("POST", "/never", false);
          for (int i = 0; i < 5; i++) {
            client.frame(DATA, 0, stream, new byte[16_384]);
          }
          return stream;
        });
    cases.add(
        "6.9.2: a window above 2^31-1 by SETTINGS",
        client -> {
          int stream = open(client);
          client.windowUpdate(stream, 65_536);
          client.settings(RawHttp2.SETTINGS_INITIAL_WINDOW_SIZE, Integer.MAX_VALUE);
          return stream;
        });
  }
}
