package dev.millrace.security;

import dev.millrace.http.Filter;
import dev.millrace.http.HttpException;
import dev.millrace.http.Next;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Refuses with 429 who asks too often: a token bucket for each client. A bucket holds as many
 * requests as may come at once, and fills steadily.
 *
 * <pre>{@code
 * app.filter(RateLimit.of(600, Duration.ofMinutes(1)));
 *
 * var logins = RateLimit.of(5, Duration.ofMinutes(1)).key(request -> request.query("user").orElse(""));
 * app.with(logins).post("/login", this::login);
 * }</pre>
 *
 * <p>A client is an IP address, of IPv6 a network of 64 bits, unless a {@linkplain #key key} says
 * otherwise. The answer tells in {@code Retry-After} in how many seconds a request will pass. A
 * stream counts when it begins, not while it lasts: see {@link ConnectionLimit}.
 *
 * <p>At most 100,000 clients are known. One that has been quiet until its bucket was full is
 * forgotten, which changes nothing. Where there are more, those go that have the most left, and
 * begin again with a full bucket.
 *
 * <p>Each method that changes something returns another limit with clients of its own: keep the
 * result, and give the same one to all routes that are to share it. From any thread; waits for
 * nothing but a sweep of the table, some milliseconds where it is full. There is no thread in the
 * background.
 */
public final class RateLimit implements Filter {
  private static final int MOST_CLIENTS = 100_000;
  private static final long SECOND = 1_000_000_000;

  private record Settings(
      int permits,
      Duration per,
      int burst,
      int clients,
      Function<Request, @Nullable String> key,
      TimeSource time) {

    Settings {
      atLeastOne("permits", permits);
      atLeastOne("burst", burst);
      atLeastOne("clients", clients);
      if (!per.isPositive()) {
        throw new IllegalArgumentException("per: " + per + " (expected: more than zero)");
      }
    }

    private static void atLeastOne(String what, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(what + ": " + value + " (expected: at least 1)");
      }
    }
  }

  private final Settings settings;
  private final TokenBuckets buckets;
  private final LongAdder refused = new LongAdder();

  private RateLimit(Settings settings) {
    this.settings = settings;
    this.buckets =
        new TokenBuckets(settings.permits, settings.per, settings.burst, settings.clients);
  }

  /**
   * So many requests in such a time, all of which may come at once.
   *
   * @param permits at least 1
   * @param per more than zero
   */
  public static RateLimit of(int permits, Duration per) {
    return new RateLimit(
        new Settings(permits, per, permits, MOST_CLIENTS, ClientKey::address, TimeSource.system()));
  }

  /**
   * The same with another number of requests that may come at once.
   *
   * @param requests at least 1, and so few that their time in nanoseconds, in terms of this rate,
   *     is below 2<sup>62</sup>: more than a million for a rate by the hour
   */
  public RateLimit burst(int requests) {
    return new RateLimit(
        new Settings(
            settings.permits,
            settings.per,
            requests,
            settings.clients,
            settings.key,
            settings.time));
  }

  /**
   * The same, counting by something else than the address. It runs on the request's thread.
   *
   * @param name whom a request is counted for; who has {@code null} is not limited. Of a name of
   *     more than 64 characters a hash is kept
   */
  public RateLimit key(Function<Request, @Nullable String> name) {
    return new RateLimit(
        new Settings(
            settings.permits, settings.per, settings.burst, settings.clients, name, settings.time));
  }

  /** The same, knowing another number of clients at most. */
  public RateLimit clients(int most) {
    return new RateLimit(
        new Settings(
            settings.permits, settings.per, settings.burst, most, settings.key, settings.time));
  }

  /** The same by another clock, for tests. */
  public RateLimit time(TimeSource source) {
    return new RateLimit(
        new Settings(
            settings.permits,
            settings.per,
            settings.burst,
            settings.clients,
            settings.key,
            source));
  }

  /** How many requests have been refused. */
  public long refused() {
    return refused.sum();
  }

  @Override
  public Response filter(Request request, Next next) throws Exception {
    String name = settings.key.apply(request);
    if (name != null) {
      long wait = buckets.take(ClientKey.bounded(name), settings.time.nanoTime());
      if (wait > 0) {
        refused.increment();
        throw refusal(Math.ceilDiv(wait, SECOND));
      }
    }
    return next.handle(request);
  }

  private static HttpException refusal(long seconds) {
    return new HttpException(429, "too many requests: try again in " + seconds + " s")
        .header("Retry-After", Long.toString(seconds));
  }

  /** How many clients are known now. */
  int known() {
    return buckets.size();
  }
}
