package dev.millrace.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Very many rooms with one member each: the live heap that a room and the membership in it hold.
 *
 * <p>The members are streams of HTTP/2 connections, because there are not a million files. Each
 * stream is in several rooms, so the streams are opened three times: in no room, in one, and in
 * all; the first room of a stream and each further one are told apart.
 */
final class RoomsLoad {
  private static final int WARM_UP_STREAMS = 1_000;

  private final int rooms;
  private final int perStream;
  private final int perConnection;
  private final double limit;
  private final int classesShown;
  private int named;

  RoomsLoad(Arguments arguments) {
    rooms = arguments.number("--count", 1_000_000);
    perStream = arguments.number("--per-stream", 10);
    perConnection = arguments.number("--streams", 100);
    limit = arguments.number("--limit", 0);
    classesShown = arguments.number("--classes", 12);
  }

  void run(List<Target> targets) throws IOException {
    for (Target target : targets) {
      run(target);
    }
  }

  private void run(Target target) throws IOException {
    int streams = rooms / perStream;
    close(open(target, Math.min(streams, WARM_UP_STREAMS), perStream));
    ServerState none = opened(target, streams, 0);
    ServerState one = opened(target, streams, 1);
    ServerState all = opened(target, streams, perStream);
    print("in no room", none);
    print("in one each", one);
    print("in %d each".formatted(perStream), all);
    double first = (double) (one.heap().bytes() - none.heap().bytes()) / streams;
    double each = (double) (all.heap().bytes() - none.heap().bytes()) / streams / perStream;
    judge("%,d rooms, one on each stream: a room and membership".formatted(streams), first);
    judge(
        "%,d rooms, %d on each stream: a room and membership"
            .formatted(streams * perStream, perStream),
        each);
    all.heap()
        .growthSince(none.heap())
        .limit(classesShown)
        .filter(growth -> growth.getValue().bytes() >= rooms)
        .forEach(growth ->
            Console.print(
                "  %,7.1f B  %5.2f x %s"
                    .formatted(
                        (double) growth.getValue().bytes() / rooms,
                        (double) growth.getValue().instances() / rooms,
                        growth.getKey())));
    Console.print("");
  }

  private void judge(String what, double bytes) {
    String verdict =
        limit == 0 ? "" : ", limit %,.0f B: %s".formatted(limit, bytes <= limit ? "met" : "MISSED");
    Console.print("%s: %,.0f B of live heap%s".formatted(what, bytes, verdict));
  }

  private static void print(String how, ServerState state) {
    Console.print("  %-11s %s".formatted(how, state.describe()));
  }

  private ServerState opened(Target target, int streams, int roomsOfEach) throws IOException {
    List<Http2Client> clients = open(target, streams, roomsOfEach);
    ServerState state = ServerState.settled(target.requireServer());
    close(clients);
    return state;
  }

  private List<Http2Client> open(Target target, int streams, int roomsOfEach) throws IOException {
    InputBuffer in = new InputBuffer();
    List<Http2Client> clients = new ArrayList<>();
    int left = streams;
    while (left > 0) {
      List<String> paths = new ArrayList<>();
      for (int i = Math.min(left, perConnection); i > 0; i--) {
        paths.add("%s?of=%d&count=%d".formatted(target.uri().getPath(), named++, roomsOfEach));
      }
      Http2Client client = new Http2Client(target, in, (streamId, bytes, from, to) -> {});
      clients.add(client);
      client.openStreams(paths);
      left -= paths.size();
    }
    return clients;
  }

  private static void close(List<Http2Client> clients) throws IOException {
    for (Http2Client client : clients) {
      client.requireOpen();
    }
    for (Http2Client client : clients) {
      client.close();
    }
  }
}
