package dev.millrace.security;

import dev.millrace.stream.LiveStream;
import dev.millrace.stream.StreamHandler;
import java.util.LinkedHashSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who has how much open, in a table of limited size. What is kept for a client changes only inside
 * the table's {@code compute}, which never runs user code; with the last of its places a client
 * leaves the table.
 */
final class Places {
  private static final Logger log = LoggerFactory.getLogger(Places.class);

  /** What one client has open. */
  private static final class Client {
    int taken;

    /** In the order in which they became streams; {@code null} while there is none to replace. */
    @Nullable LinkedHashSet<Place> streams;
  }

  private final ConcurrentHashMap<String, Client> clients = new ConcurrentHashMap<>();
  private final int each;
  private final int most;

  Places(int each, int most) {
    this.each = each;
    this.most = most;
  }

  /**
   * Takes a place, and closes the stream whose place it was.
   *
   * @param replace whether the place of the oldest stream may be taken
   * @return {@code null} when there is none
   */
  @Nullable Place take(String key, boolean replace) {
    Place place = new Place(key);
    clients.compute(
        key,
        (name, client) -> {
          if (client == null) {
            return clients.mappingCount() >= most ? null : place.enter(new Client());
          }
          if (client.taken < each) {
            return place.enter(client);
          }
          return replace ? place.displaceOldest(client) : client;
        });
    if (!place.entered) {
      return null;
    }
    if (place.displaced != null) {
      place.displaced.replace();
      place.displaced = null;
    }
    return place;
  }

  int size() {
    return clients.size();
  }

  /** One request's place, from its beginning to the end of its response. */
  final class Place {
    private final String key;

    /** These three change inside {@code compute} only, except by who has taken this. */
    private boolean entered;

    private boolean lost;
    private @Nullable Place displaced;

    /** Guarded by this: the stream may begin on one thread while another replaces it. */
    private @Nullable LiveStream stream;

    private boolean replaced;
    private Consumer<LiveStream> farewell = out -> {};

    private Place(String key) {
      this.key = key;
    }

    private Client enter(Client client) {
      client.taken++;
      entered = true;
      return client;
    }

    private Client displaceOldest(Client client) {
      if (client.streams != null && !client.streams.isEmpty()) {
        displaced = client.streams.removeFirst();
        displaced.lost = true;
        entered = true;
      }
      return client;
    }

    void bidFarewell(Consumer<LiveStream> last) {
      farewell = last;
    }

    /** Makes the place one that a newer request can take, by closing the stream. */
    StreamHandler hold(@Nullable Object source) {
      clients.computeIfPresent(
          key,
          (name, client) -> {
            client.streams = client.streams == null ? new LinkedHashSet<>(2) : client.streams;
            client.streams.add(this);
            return client;
          });
      return new HeldStream(this, source);
    }

    /** Gives the place back. Once. */
    void release() {
      clients.computeIfPresent(
          key,
          (name, client) -> {
            if (lost) {
              return client;
            }
            lost = true;
            client.taken--;
            if (client.streams != null) {
              client.streams.remove(this);
            }
            return client.taken == 0 ? null : client;
          });
    }

    /** Whether the stream may begin: not when its place has gone to another already. */
    boolean begin(LiveStream out) {
      synchronized (this) {
        if (!replaced) {
          stream = out;
          return true;
        }
      }
      close(out);
      return false;
    }

    private void replace() {
      LiveStream out;
      synchronized (this) {
        replaced = true;
        out = stream;
      }
      if (out != null) {
        close(out);
      }
    }

    private void close(LiveStream out) {
      try {
        farewell.accept(out);
      } catch (RuntimeException e) {
        log.error("what was to be sent to {} before it is replaced failed", out.request(), e);
      }
      out.close();
    }
  }

  /** A stream's source, begun only if its place has not been lost before. */
  private record HeldStream(Place place, @Nullable Object source)
      implements StreamHandler, AutoCloseable {

    @Override
    public void handle(LiveStream out) throws Exception {
      if (!place.begin(out)) {
        Sources.close(source);
      } else if (source instanceof StreamHandler handler) {
        handler.handle(out);
      } else {
        out.pipe(source);
      }
    }

    /** The stream never begins. */
    @Override
    public void close() {
      Sources.close(source);
    }
  }
}
