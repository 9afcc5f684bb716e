package dev.millrace.bench;

import java.io.IOException;

/** Reads one burst over HTTP/2 to its END_STREAM. */
final class Http2BurstLoad implements Measurement {
  private final InputBuffer in = new InputBuffer();

  @Override
  public Result measure(Target target) throws IOException {
    try (Http2Client client = new Http2Client(target, in)) {
      long start = System.nanoTime();
      client.openStreams(1);
      client.readToEnd();
      return Http1BurstLoad.result(target, client.events(), start);
    }
  }
}
