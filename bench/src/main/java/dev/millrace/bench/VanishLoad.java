package dev.millrace.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Opens idle streams, cuts all of them at once, and shows what the server still holds of them. */
final class VanishLoad {
  private final int count;
  private final int perConnection;
  private final IdleStreams.Cut cut;

  VanishLoad(Arguments arguments) {
    count = arguments.number("--count", 1_000);
    perConnection = arguments.number("--streams", 0);
    cut = IdleStreams.Cut.valueOf(arguments.text("--by", "rst").toUpperCase(Locale.ROOT));
    if (cut == IdleStreams.Cut.RESET && perConnection == 0) {
      throw new IllegalArgumentException("--by reset needs HTTP/2: add --streams N");
    }
  }

  void run(List<Target> targets) throws IOException {
    for (Target target : targets) {
      ServerProcess server = target.requireServer();
      Console.print("%s, %,d streams, cut by %s".formatted(target.name(), count, cut));
      print("before", server);
      IdleStreams streams = IdleStreams.open(target, count, perConnection, null, false);
      print("open", server);
      streams.cut(cut);
      print("after", server);
      if (cut == IdleStreams.Cut.RESET) {
        streams.cut(IdleStreams.Cut.FIN);
      }
    }
  }

  private static void print(String when, ServerProcess server) {
    Console.print("  %-7s %s".formatted(when, ServerState.settled(server).describe()));
  }
}
