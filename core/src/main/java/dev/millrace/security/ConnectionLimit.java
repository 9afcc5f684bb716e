package dev.millrace.security;

import dev.millrace.http.Body;
import dev.millrace.http.Filter;
import dev.millrace.http.HttpException;
import dev.millrace.http.Next;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.stream.LiveStream;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Refuses with 503 who has too much open at one time, requests and streams alike. What counts is
 * free again when its response has ended, whatever ended it.
 *
 * <pre>{@code
 * app.filter(ConnectionLimit.of(10_000).key(request -> "all"));                // in all
 * app.filter(ConnectionLimit.of(50));                                         // per address
 * app.with(ConnectionLimit.of(1).key(this::user).newestReplacesOldest())      // per user
 *     .stream("/inbox", this::inbox);
 * }</pre>
 *
 * <p>A client is an IP address, of IPv6 a network of 64 bits, unless a {@linkplain #key key} says
 * otherwise. At most 100,000 clients may have something open; further ones are refused too, as
 * nobody who is counted can be forgotten. A place is free a moment after the client has seen the
 * response's end, so a limit of 1 may refuse a client that asks again at once.
 *
 * <p>Each method that changes something returns another limit with clients of its own: keep the
 * result, and give the same one to all routes that are to share it. From any thread; never waits.
 */
public final class ConnectionLimit implements Filter {
  private static final int MOST_CLIENTS = 100_000;
  private static final int RETRY_SECONDS = 5;

  private final int each;
  private final int clients;
  private final Function<Request, @Nullable String> key;
  private final @Nullable Consumer<LiveStream> farewell;
  private final Places places;
  private final LongAdder refused = new LongAdder();

  private ConnectionLimit(
      int each,
      int clients,
      Function<Request, @Nullable String> key,
      @Nullable Consumer<LiveStream> farewell) {
    if (each < 1 || clients < 1) {
      throw new IllegalArgumentException(
          "requests: %d, clients: %d (expected: at least 1)".formatted(each, clients));
    }
    this.each = each;
    this.clients = clients;
    this.key = key;
    this.farewell = farewell;
    this.places = new Places(each, clients);
  }

  /**
   * So many requests and streams of one client at a time.
   *
   * @param requests at least 1
   */
  public static ConnectionLimit of(int requests) {
    return new ConnectionLimit(requests, MOST_CLIENTS, ClientKey::address, null);
  }

  /**
   * The same, counting by something else than the address. It runs on the request's thread.
   *
   * @param name whom a request is counted for; who has {@code null} is not limited. Of a name of
   *     more than 64 characters a hash is kept
   */
  public ConnectionLimit key(Function<Request, @Nullable String> name) {
    return new ConnectionLimit(each, clients, name, farewell);
  }

  /** The same for another number of clients at most. */
  public ConnectionLimit clients(int most) {
    return new ConnectionLimit(each, most, key, farewell);
  }

  /**
   * The same, but who has too much open gets in, and the oldest stream of that client is
   * {@linkplain LiveStream#close closed}. Where all that is open are requests without a stream,
   * which nobody can close, the newest is refused.
   *
   * <p>An {@code EventSource} comes back after a close: two tabs of one user would replace each
   * other for ever, unless the page is told, see {@link #newestReplacesOldest(Consumer)}.
   */
  public ConnectionLimit newestReplacesOldest() {
    return newestReplacesOldest(out -> {});
  }

  /**
   * As {@link #newestReplacesOldest()}, with something to be sent to the old stream first.
   *
   * @param last is given the old stream on the newest request's thread, which it must not hold up:
   *     {@code out -> out.offer(Event.of("").name("replaced"))}
   */
  public ConnectionLimit newestReplacesOldest(Consumer<LiveStream> last) {
    return new ConnectionLimit(each, clients, key, last);
  }

  /** How many requests have been refused. */
  public long refused() {
    return refused.sum();
  }

  @Override
  public Response filter(Request request, Next next) throws Exception {
    String name = key.apply(request);
    if (name == null) {
      return next.handle(request);
    }
    Places.Place place = places.take(ClientKey.bounded(name), farewell != null);
    if (place == null) {
      refused.increment();
      throw new HttpException(503, "too many connections: try again later")
          .header("Retry-After", Integer.toString(RETRY_SECONDS));
    }
    request.after(outcome -> place.release());
    Consumer<LiveStream> last = farewell;
    if (last == null) {
      return next.handle(request);
    }
    place.bidFarewell(last);
    Response response = next.handle(request);
    if (response.body() instanceof Body.Stream stream) {
      return response.body(stream.source(place.hold(stream.source())));
    }
    return response;
  }

  /** How many clients have something open now. */
  int open() {
    return places.size();
  }
}
