package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server says at {@code /stats}.
 *
 * @param allocated bytes that its threads have allocated in the heap since it has begun
 * @param direct bytes of direct memory that it holds
 * @param peak the most that it has held since it was asked to watch
 */
record StatsClient(long allocated, long direct, long peak) {

  static StatsClient of(Target target) throws IOException {
    return ask(target, "/stats");
  }

  /** The same, and its peak begins anew. */
  static StatsClient watched(Target target) throws IOException {
    return ask(target, "/stats-watched");
  }

  private static StatsClient ask(Target target, String path) throws IOException {
    Target stats = new Target(target.name(), target.server(), target.uri().resolve(path));
    InputBuffer in = new InputBuffer();
    try (SocketChannel channel = Http1Client.connect(stats)) {
      Http1Client.request(channel, stats);
      Http1Response head = Http1Client.readResponse(channel, in);
      while (in.end() < head.end() + head.length()) {
        in.read(channel);
      }
      String text = new String(in.bytes(), head.end(), in.end() - head.end(), US_ASCII);
      return new StatsClient(
          number(text, "allocated"), number(text, "direct"), number(text, "peak"));
    }
  }

  private static long number(String text, String name) throws IOException {
    Matcher line = Pattern.compile(name + " (\\d+)").matcher(text);
    if (!line.find()) {
      throw new IOException("no \"%s\" in: %s".formatted(name, text));
    }
    return Long.parseLong(line.group(1));
  }
}
