package dev.millrace.security;

import dev.millrace.http.Filter;
import dev.millrace.http.HttpException;
import dev.millrace.http.Next;
import dev.millrace.http.Origins;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.http.Syntax;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets pages of other origins read responses (Fetch, section 3.2): CORS. A filter for the whole
 * application, so that it answers preflights before routes are looked for, and adds its headers to
 * streams and errors as to anything else:
 *
 * <pre>{@code
 * app.filter(Cors.of("https://app.example").credentials(true).methods("GET", "POST", "DELETE"));
 * }</pre>
 *
 * <p>A page of an origin that is not allowed gets no headers, and its browser keeps the response
 * from it; the request itself is handled, for CORS protects readers and not the server. Where it
 * must not be handled, say {@link #refuseOthers} (or put {@link SameOrigin} in front).
 *
 * <p>A response that has an {@code Access-Control-Allow-Origin} already keeps what it has. The
 * origin {@code null}, which any page can take on in a sandboxed frame, is allowed only if it is
 * listed; {@code *} does not need to know it. Immutable; each method that changes something returns
 * another filter.
 *
 * @param origins allowed ones, as {@code https://app.example}; or {@code *} alone for any, without
 *     credentials
 * @param matching allows further origins; {@code null}, the default, for none. It is not asked for
 *     {@code null}. It must compare all of an origin: its end alone fits {@code
 *     https://evilapp.example} too
 * @param methods allowed in a preflight; GET, HEAD, POST. Browsers send these three without asking
 *     anyway, so the list is about the others
 * @param headers that requests may have beside those that are always allowed; Content-Type,
 *     Last-Event-ID
 * @param exposed headers of responses that pages may read beside those that they always may; none
 * @param credentials whether browsers may send cookies and pages may read the responses to such
 *     requests; false
 * @param maxAge how long a browser may remember the answer to a preflight; 10 min. Browsers have
 *     limits of their own, 2 h in Chromium
 * @param refuseOthers whether requests of other origins than the allowed and the server's own are
 *     refused with 403; false
 */
public record Cors(
    List<String> origins,
    @Nullable Predicate<String> matching,
    List<String> methods,
    List<String> headers,
    List<String> exposed,
    boolean credentials,
    Duration maxAge,
    boolean refuseOthers)
    implements Filter {

  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

  /** Checks origins, names and ranges, and that {@code *} comes without credentials. */
  public Cors {
    origins = List.copyOf(origins);
    methods = List.copyOf(methods);
    headers = List.copyOf(headers);
    exposed = List.copyOf(exposed);
    if (origins.isEmpty() && matching == null) {
      throw new IllegalArgumentException(
          "origins: none (expected: at least one, or * for any; without this filter there is"
              + " none)");
    }
    if (origins.contains(Origins.ANY)) {
      if (origins.size() > 1 || matching != null) {
        throw new IllegalArgumentException(
            "origins: %s (expected: * alone, as it allows any)".formatted(origins));
      }
    } else {
      origins.forEach(Origins::check);
    }
    checkNames("method", methods);
    checkNames("header", headers);
    checkNames("exposed header", exposed);
    if (credentials) {
      checkExact("origins", origins);
      checkExact("methods", methods);
      checkExact("headers", headers);
      checkExact("exposed headers", exposed);
    }
    if (maxAge.isNegative()) {
      throw new IllegalArgumentException("maxAge: " + maxAge + " (expected: zero or more)");
    }
  }

  /**
   * Allows origins.
   *
   * @param origins as browsers write them: scheme, host and, unless it is the scheme's own, port;
   *     or {@code *} alone
   * @throws IllegalArgumentException when one is not written so; says what is wrong
   */
  public static Cors of(String... origins) {
    return of(List.of(origins), null);
  }

  /**
   * Allows the origins that a test accepts. It is called for each request that names an origin.
   *
   * @param test is given the whole origin, as in {@code https://app.example}
   */
  public static Cors matching(Predicate<String> test) {
    return of(List.of(), test);
  }

  private static Cors of(List<String> origins, @Nullable Predicate<String> test) {
    return new Cors(
        origins,
        test,
        List.of("GET", "HEAD", "POST"),
        List.of("Content-Type", "Last-Event-ID"),
        List.of(),
        false,
        Duration.ofMinutes(10),
        false);
  }

  /** The same with other methods. */
  public Cors methods(String... names) {
    return new Cors(
        origins, matching, List.of(names), headers, exposed, credentials, maxAge, refuseOthers);
  }

  /** The same with other headers that requests may have. */
  public Cors headers(String... names) {
    return new Cors(
        origins, matching, methods, List.of(names), exposed, credentials, maxAge, refuseOthers);
  }

  /** The same with other headers of responses that pages may read. */
  public Cors exposed(String... names) {
    return new Cors(
        origins, matching, methods, headers, List.of(names), credentials, maxAge, refuseOthers);
  }

  /**
   * The same with or without credentials.
   *
   * @throws IllegalArgumentException when anything is allowed by {@code *}
   */
  public Cors credentials(boolean allowed) {
    return new Cors(origins, matching, methods, headers, exposed, allowed, maxAge, refuseOthers);
  }

  /** The same with another time for which preflights are remembered. */
  public Cors maxAge(Duration time) {
    return new Cors(origins, matching, methods, headers, exposed, credentials, time, refuseOthers);
  }

  /** The same, refusing with 403 what comes from other origins, or not. */
  public Cors refuseOthers(boolean refuse) {
    return new Cors(origins, matching, methods, headers, exposed, credentials, maxAge, refuse);
  }

  @Override
  public Response filter(Request request, Next next) throws Exception {
    Optional<String> origin = Origins.of(request);
    boolean allowed = origin.isPresent() && allows(origin.get());
    if (refuseOthers && origin.isPresent() && !allowed && !Origins.isSame(origin.get(), request)) {
      throw new HttpException(403, "requests from this origin are not allowed")
          .header("Vary", "Origin");
    }
    boolean preflight = origin.isPresent() && isPreflight(request);
    Response response = preflight ? Response.noContent() : next.handle(request);
    if (response.headers().contains(ALLOW_ORIGIN)) {
      return response;
    }
    if (!isForAny()) {
      response = Origins.vary(response, "Origin");
    }
    if (!allowed) {
      return response;
    }
    response = response.header(ALLOW_ORIGIN, isForAny() ? Origins.ANY : origin.get());
    if (credentials) {
      response = response.header("Access-Control-Allow-Credentials", "true");
    }
    return preflight ? preflight(response) : exposing(response);
  }

  private boolean allows(String origin) {
    return isForAny()
        || origins.contains(origin)
        || (matching != null && !origin.equals(Origins.OPAQUE) && matching.test(origin));
  }

  private boolean isForAny() {
    return origins.contains(Origins.ANY);
  }

  private static boolean isPreflight(Request request) {
    return request.method().equals("OPTIONS")
        && request.headers().contains("Access-Control-Request-Method");
  }

  private Response preflight(Response response) {
    Response answer = response.header("Access-Control-Allow-Methods", String.join(", ", methods));
    if (!headers.isEmpty()) {
      answer = answer.header("Access-Control-Allow-Headers", String.join(", ", headers));
    }
    return answer.header("Access-Control-Max-Age", Long.toString(maxAge.toSeconds()));
  }

  private Response exposing(Response response) {
    return exposed.isEmpty()
        ? response
        : response.header("Access-Control-Expose-Headers", String.join(", ", exposed));
  }

  private static void checkNames(String what, List<String> names) {
    for (String name : names) {
      if (!Syntax.isToken(name)) {
        throw new IllegalArgumentException(
            "%s \"%s\" (expected: a token, as a name of HTTP is)"
                .formatted(what, Syntax.printable(name)));
      }
    }
  }

  private static void checkExact(String what, List<String> values) {
    if (values.contains(Origins.ANY)) {
      throw new IllegalArgumentException(
          "%s: * with credentials (expected: names; browsers take * for no other than itself then)"
              .formatted(what));
    }
  }
}
