package dev.millrace.room;

import dev.millrace.stream.Outbound;

/** What is left of a message that has begun to leave. */
final class Rest {
  private final byte[] bytes;
  private int at;
  private int end;

  Rest(byte[] bytes, int at) {
    this.bytes = bytes;
    this.at = at;
    this.end = bytes.length;
  }

  int length() {
    return end - at;
  }

  /** Gives some of it. */
  int read(Outbound.Sink sink, int most) {
    int part = Math.min(most, length());
    sink.write(bytes, at, part);
    at += part;
    return part;
  }

  /** Keeps only so much. */
  void cut(int most) {
    end = Math.min(end, at + most);
  }
}
