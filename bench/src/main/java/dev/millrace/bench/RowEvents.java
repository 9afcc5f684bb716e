package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;

/** The rows of an export, without an event around them. */
final class RowEvents implements EventWriter {
  @Override
  public void write(int index, ByteBuf out) {
    out.writeCharSequence(CsvRows.row(index + 1), US_ASCII);
  }
}
