package dev.millrace.bench;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Reads one burst over HTTP/1.1 to its terminating chunk. */
final class Http1BurstLoad implements Measurement {
  private final InputBuffer in = new InputBuffer();

  @Override
  public Result measure(Target target) throws IOException {
    EventCounter counter = new EventCounter();
    ChunkedBody body = new ChunkedBody(counter::accept);
    try (SocketChannel channel = Http1Client.connect(target)) {
      long start = System.nanoTime();
      Http1Client.requestStream(channel, target);
      body.accept(in.bytes(), Http1Client.readHead(channel, in), in.end());
      while (!body.isDone()) {
        in.clear();
        in.read(channel);
        body.accept(in.bytes(), 0, in.end());
      }
      return result(target, counter, start);
    }
  }

  /** Checks that all events came, which {@code n} in the URL says, or the servers' default. */
  static Result result(Target target, EventCounter counter, long start) throws IOException {
    double seconds = (System.nanoTime() - start) / 1e9;
    long expected = target.number("n", 1_000_000);
    if (counter.events() != expected) {
      throw new IOException(
          "%,d events came, %,d were expected".formatted(counter.events(), expected));
    }
    return new Result(expected, seconds);
  }
}
