package dev.millrace.security;

import dev.millrace.http.Body;
import dev.millrace.http.Filter;
import dev.millrace.http.HttpException;
import dev.millrace.http.Next;
import dev.millrace.http.Origins;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses with 403 what a page of another origin makes a browser send in its user's name: requests
 * with methods that change something (cross-site request forgery), and streams that are asked for
 * with a cookie. Needs no token in forms.
 *
 * <pre>{@code
 * app.filter(SameOrigin.DEFAULT.allow("https://app.example"));
 * }</pre>
 *
 * <p>What a browser says of a request's origin in {@code Sec-Fetch-Site} decides (Fetch Metadata,
 * section 2.4), and where an old one does not say it, {@code Origin}, which must name the host that
 * the request went to. A request with neither comes from no page of today's browsers, but from a
 * program, and passes. Other subdomains of the same site are other origins.
 *
 * <p>Safe methods (GET, HEAD, OPTIONS, TRACE) pass unless their response is a stream and the
 * request has a cookie; WebSockets are looked after by {@link
 * dev.millrace.stream.SocketOptions#origins}; a user who follows a link to such a stream, as to a
 * download, passes too. A stream that is refused has not begun, and its source is closed.
 *
 * <p>Behind a proxy that sends another {@code Host} than the client did, old browsers are refused:
 * let it pass on {@code Host}. Immutable.
 *
 * @param allowed further origins that may send all this, as {@code https://app.example}; none
 */
public record SameOrigin(Set<String> allowed) implements Filter {
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

  /** Allows this server's own origin only. */
  public static final SameOrigin DEFAULT = new SameOrigin(Set.of());

  /** Checks the origins. */
  public SameOrigin {
    allowed = Set.copyOf(allowed);
    allowed.forEach(Origins::check);
  }

  /**
   * The same with further origins.
   *
   * @throws IllegalArgumentException when one is not written as browsers write it
   */
  public SameOrigin allow(String... origins) {
    Set<String> all = new HashSet<>(allowed);
    all.addAll(List.of(origins));
    return new SameOrigin(all);
  }

  @Override
  public Response filter(Request request, Next next) throws Exception {
    if (!SAFE.contains(request.method())) {
      if (isForeign(request)) {
        throw refusal();
      }
      return next.handle(request);
    }
    Response response = next.handle(request);
    if (response.body() instanceof Body.Stream stream
        && !request.isUpgrade()
        && request.headers().contains("Cookie")
        && !isNavigation(request)
        && isForeign(request)) {
      Sources.close(stream.source());
      throw refusal();
    }
    return response;
  }

  private boolean isForeign(Request request) {
    Optional<String> origin = Origins.of(request);
    if (origin.isPresent() && allowed.contains(origin.get())) {
      return false;
    }
    List<String> site = request.headers().all("Sec-Fetch-Site");
    if (!site.isEmpty()) {
      // "none" is the user's own doing: an address that was typed, a bookmark.
      return !site.equals(List.of("same-origin")) && !site.equals(List.of("none"));
    }
    return origin.isPresent() && !Origins.isSame(origin.get(), request);
  }

  /** Of the whole window: what another page shows in a frame of its own does not count. */
  private static boolean isNavigation(Request request) {
    return request.header("Sec-Fetch-Mode").orElse("").equals("navigate")
        && request.header("Sec-Fetch-Dest").orElse("").equals("document");
  }

  private static HttpException refusal() {
    return new HttpException(403, "requests from another origin are not allowed");
  }
}
