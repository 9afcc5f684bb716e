package dev.millrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;

/** All members of a room, on one thread: reads whichever have something. */
final class RoomClients implements AutoCloseable {
  private static final int LOOK_MILLIS = 100;
  private static final int PROBES = 30;
  private static final long PROBE_NANOS = 1_000_000_000L;

  private final RoomTally tally = new RoomTally();
  private final InputBuffer in = new InputBuffer();
  private final Selector selector = Selector.open();
  private final List<RoomClient> clients = new ArrayList<>();
  private int members;
  private boolean progress;

  /** On what members read. */
  enum Kind {
    SSE,
    SOCKET
  }

  RoomClients() throws IOException {}

  /**
   * Connects members, one connection after the other.
   *
   * @param perConnection streams on each HTTP/2 connection, or 0 for HTTP/1.1
   */
  void join(Target target, Kind kind, int count, int perConnection) throws IOException {
    int left = count;
    while (left > 0) {
      try {
        RoomClient client = connect(target, kind, Math.min(left, perConnection));
        add(client);
        left -= client.readers().size();
      } catch (IOException e) {
        throw new IOException(
            "member %,d of %,d did not join: %s".formatted(count - left + 1, count, e.getMessage()),
            e);
      }
    }
  }

  private RoomClient connect(Target target, Kind kind, int streams) throws IOException {
    if (kind == Kind.SOCKET) {
      return RoomClient.socket(target, tally, in);
    }
    return streams == 0
        ? RoomClient.events(target, tally, in)
        : RoomClient.streams(target, streams, tally, in);
  }

  void add(RoomClient client) throws IOException {
    client.channel().configureBlocking(false);
    client.channel().register(selector, SelectionKey.OP_READ, client);
    clients.add(client);
    members += client.readers().size();
  }

  List<RoomClient> all() {
    return clients;
  }

  RoomTally tally() {
    return tally;
  }

  int members() {
    return members;
  }

  /** Reads what has come, waiting a tenth of a second for the first; gives whether any has. */
  boolean read() throws IOException {
    progress = false;
    try {
      int ready = selector.select(this::read, LOOK_MILLIS);
      return ready > 0 && progress;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void read(SelectionKey key) {
    try {
      tally.now(System.nanoTime());
      progress |= ((RoomClient) key.attachment()).read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(new IOException("a member: " + e.getMessage(), e));
    }
  }

  /** Publishes messages until one of them has come to everybody. All count from there. */
  void awaitJoined(Publisher publisher) throws IOException {
    for (int probe = 0; probe < PROBES; probe++) {
      publisher.publish();
      long end = System.nanoTime() + PROBE_NANOS;
      boolean reading = true;
      while (reading || System.nanoTime() < end) {
        reading = read();
        if (tally.received() >= members && behind(publisher.next()) == 0) {
          tally.reset();
          return;
        }
      }
    }
    throw new IOException(
        "%,d of %,d members do not get what is published (%d messages in turn)"
            .formatted(behind(publisher.next()), members, PROBES));
  }

  /** How many members have not had the message before this one. */
  int behind(int next) {
    int count = 0;
    for (RoomClient client : clients) {
      for (RoomMessage.Reader reader : client.readers()) {
        count += reader.next() < next ? 1 : 0;
      }
    }
    return count;
  }

  /**
   * How many messages before this one members have not had, beyond those that later ones showed.
   */
  long unseen(int next) {
    long count = 0;
    for (RoomClient client : clients) {
      for (RoomMessage.Reader reader : client.readers()) {
        count += Math.max(0, next - reader.next());
      }
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    for (RoomClient client : clients) {
      client.close();
    }
    selector.close();
  }
}
