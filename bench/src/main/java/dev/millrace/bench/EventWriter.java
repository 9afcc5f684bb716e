package dev.millrace.bench;

import io.netty.buffer.ByteBuf;

/** Makes one event and writes it in the form of server-sent events. */
interface EventWriter {
  /** No event is longer, so that a buffer of the right size is taken at once. */
  int MAX_BYTES = 80;

  void write(int id, ByteBuf out);
}
