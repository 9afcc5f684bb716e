package dev.millrace.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The load tools' entry: {@code bench/load COMMAND ...}, see bench/README.md. */
public final class Load {
  private static final String USAGE =
      """
      usage: bench/load COMMAND [OPTION VALUE]... TARGET...

      A TARGET is [NAME:PID@]http://HOST:PORT/PATH. With its PID, the server's CPU time is shown.
      Several targets take turns, and the first is compared with each other one.

        burst    events a second of one stream, read to its end and checked
                 --rounds 5 --warmups 2 --protocol h1|h2 --goal NAME=RATIO (may be repeated)
        hello    requests a second, by wrk (h1) or h2load (h2)
                 --rounds 5 --warmups 2 --protocol h1|h2 --goal NAME=RATIO --seconds 5
                 --connections 64 (h2: 8) --streams 32 (at once on a connection, h2)
        idle     live heap of one open, silent stream; the targets' PIDs are needed
                 --count 10000 --streams N (N streams on each HTTP/2 connection; 0 is HTTP/1.1)
                 --limit BYTES (of the first target) --limit-above NAME=BYTES (more than NAME's)
                 --coding NAME=gzip (what NAME's streams must be compressed with; HTTP/1.1)
                 --kind stream|socket (a WebSocket after one echo; NAME=permessage-deflate)
                 --classes 12 (that grew most are shown)
        echo     messages a second through WebSockets, and how long each takes
                 --rounds 5 --warmups 2 --seconds 5 --connections 100 --in-flight 1 --bytes 64
                 --goal NAME=RATIO (of the first) --goal ONE:OTHER=RATIO
        large    CPU time of a long WebSocket message by its length; the targets' PIDs are needed
                 --rounds 5 --warmups 2 --limit-millis MS (of the first target's 16 MiB)
        fanout   messages to all members of a room (/sse, or /wsroom with --kind socket): CPU time,
                 latency and heap allocated for a delivery, and what is missing
                 --count 10000 --kind stream|socket --streams N (on each HTTP/2 connection)
                 --rounds 3 --rate 10 --seconds 20 --warmup-seconds 10 --bytes 100
                 --goal NAME=RATIO (of the first's CPU time to NAME's, at most) --limit CPU_S_PER_M
        stalled  the same of a room's half that reads (/sse), alone and beside a half that does not,
                 and what a stalled member costs; the targets' PIDs are needed, and ss
                 as fanout, and --fill 1100 --fill-bytes 4096 (messages that stall it)
                 --limit BYTES (of heap and direct memory) --tolerance 1.2 (p99 beside : alone)
        rooms    live heap of rooms with one member each (/rooms); the targets' PIDs are needed
                 --count 1000000 --per-stream 10 --streams 100 --limit BYTES --classes 12
        reconnect  clients that resume all at once, with a position many messages back (/sse)
                 --count 10000 --messages 1000 --bytes 100 --rounds 3 --warmups 1
        vanish   opens idle streams and cuts all of them at once; the targets' PIDs are needed
                 --count 1000 --streams 0 --by fin|rst|reset (reset: RST_STREAM, HTTP/2 only)
        file     MiB a second of one download, thrown away in the system or by reading it
                 --rounds 5 --warmups 2 --client drop|read --goal NAME=RATIO --heap-limit MIB
        csv      rows a second of one export, counted
                 --rounds 5 --warmups 2 --goal NAME=RATIO --heap-limit MIB
        beside   how long /hello takes while one client downloads the target, and while none does
                 --count 5000 --rounds 3 --coding gzip|identity --protocol h1|h2 (h2: by curl)
      """;

  private Load() {}

  /** Runs one command; the status is 2 when it could not be measured. */
  public static void main(String[] args) {
    // Numbers look the same whatever the machine's language.
    Locale.setDefault(Locale.ROOT);
    if (args.length == 0) {
      Console.fail(USAGE);
      return;
    }
    try {
      run(args[0], Arguments.parse(Arrays.asList(args).subList(1, args.length)));
    } catch (IllegalArgumentException e) {
      Console.fail(e.getMessage() + System.lineSeparator() + USAGE);
    } catch (IOException | IllegalStateException e) {
      Console.fail("%s: %s".formatted(args[0], e.getMessage()));
    }
  }

  private static void run(String command, Arguments arguments) throws IOException {
    List<Target> targets = arguments.targets();
    boolean h2 = arguments.text("--protocol", "h1").equals("h2");
    switch (command) {
      case "burst" -> compare(arguments, targets, h2 ? new Http2BurstLoad() : new Http1BurstLoad());
      case "hello" -> compare(arguments, targets, HelloLoad.of(arguments, h2));
      case "file" ->
          compareWithHeap(
              arguments, targets, new FileLoad(arguments.text("--client", "drop").equals("read")));
      case "csv" -> compareWithHeap(arguments, targets, new CsvLoad());
      case "beside" -> new BesideLoad(arguments).run(targets);
      case "echo" -> {
        EchoLoad echo = new EchoLoad(arguments);
        compare(arguments, targets, echo);
        echo.printMore();
      }
      case "large" -> new LargeLoad(arguments).run(targets);
      case "fanout" -> new FanoutLoad(arguments).run(targets);
      case "stalled" -> new StalledLoad(arguments).run(targets);
      case "rooms" -> new RoomsLoad(arguments).run(targets);
      case "reconnect" -> new ReconnectLoad(arguments).run(targets);
      case "idle" -> new IdleLoad(arguments).run(targets);
      case "vanish" -> new VanishLoad(arguments).run(targets);
      default -> throw new IllegalArgumentException("command \"%s\"".formatted(command));
    }
  }

  private static void compareWithHeap(
      Arguments arguments, List<Target> targets, Measurement measurement) throws IOException {
    compare(arguments, targets, measurement);
    new HeapDuring(measurement, arguments).run(targets);
  }

  private static void compare(Arguments arguments, List<Target> targets, Measurement measurement)
      throws IOException {
    Rounds rounds = new Rounds(targets, measurement);
    rounds.run(arguments.number("--warmups", 2), arguments.number("--rounds", 5));
    rounds.printTable(arguments.numbersByName("--goal"));
  }
}
