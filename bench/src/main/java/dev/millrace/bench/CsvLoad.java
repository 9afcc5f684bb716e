package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Reads one export and counts its rows; or waits until the server has written one to a file. */
final class CsvLoad implements Measurement {
  private final InputBuffer in = new InputBuffer();
  private long rows;

  @Override
  public Result measure(Target target) throws IOException {
    long expected = target.number("rows", CsvRows.DEFAULT_ROWS);
    rows = 0;
    try (SocketChannel channel = Http1Client.connect(target)) {
      long start = System.nanoTime();
      Http1Client.request(channel, target);
      Http1Response head = Http1Client.readResponse(channel, in);
      if (head.isChunked()) {
        count(channel, head.end());
      } else {
        rows = told(channel, head);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      if (rows != expected) {
        throw new IOException("%,d rows came, %,d were expected".formatted(rows, expected));
      }
      return new Result(rows, seconds);
    }
  }

  private void count(SocketChannel channel, int begin) throws IOException {
    ChunkedBody body = new ChunkedBody(this::count);
    body.accept(in.bytes(), begin, in.end());
    while (!body.isDone()) {
      in.clear();
      in.read(channel);
      body.accept(in.bytes(), 0, in.end());
    }
  }

  private void count(byte[] bytes, int from, int to) {
    for (int at = Newlines.next(bytes, from, to); at < to; at = Newlines.next(bytes, at + 1, to)) {
      rows++;
    }
  }

  /** What a server that wrote a file says: how many rows it wrote. */
  private long told(SocketChannel channel, Http1Response head) throws IOException {
    int end = (int) (head.end() + head.length());
    while (in.end() < end) {
      in.read(channel);
    }
    String text = new String(in.bytes(), head.end(), end - head.end(), ISO_8859_1);
    return Long.parseLong(text.replace(" rows\n", ""));
  }
}
