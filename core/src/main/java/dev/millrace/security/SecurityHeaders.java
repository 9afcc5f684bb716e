package dev.millrace.security;

import dev.millrace.http.Filter;
import dev.millrace.http.Headers;
import dev.millrace.http.Next;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Adds to each response the headers by which browsers protect a site's users. What a handler has
 * set itself wins. A filter for the whole application:
 *
 * <pre>{@code
 * app.filter(SecurityHeaders.DEFAULT.contentSecurityPolicy("default-src 'self'"));
 * }</pre>
 *
 * <p>{@code X-Content-Type-Options: nosniff} is always sent. Immutable; each method that changes
 * something returns another filter.
 *
 * @param frameOptions {@code X-Frame-Options}: who may show a page in a frame; DENY. {@code null}
 *     sends none, as where a content security policy has {@code frame-ancestors}
 * @param referrerPolicy {@code Referrer-Policy}: what other sites learn of the address that a user
 *     came from; strict-origin-when-cross-origin, so no path and no query
 * @param openerPolicy {@code Cross-Origin-Opener-Policy}: whether pages of other origins keep a
 *     hold of a window; same-origin. A site that logs users in through another's popup needs {@code
 *     same-origin-allow-popups}
 * @param resourcePolicy {@code Cross-Origin-Resource-Policy}: who may embed images, scripts and
 *     other resources without CORS; same-origin. For files that others are to embed, let their
 *     handler set {@code cross-origin}
 * @param permissionsPolicy {@code Permissions-Policy}; {@code null}, the default, sends none
 * @param contentSecurityPolicy {@code Content-Security-Policy}; {@code null}, the default, sends
 *     none, because no policy fits pages that it does not know
 * @param transportSecurity the {@code max-age} of {@code Strict-Transport-Security} (RFC 6797),
 *     sent over https only and never for {@code localhost}; 30 days. For this long browsers refuse
 *     to come without TLS, and nothing takes that back: raise it to a year when the site is sure to
 *     stay on https. Zero sends none
 * @param subdomains whether that holds for all subdomains too; false
 */
public record SecurityHeaders(
    @Nullable String frameOptions,
    @Nullable String referrerPolicy,
    @Nullable String openerPolicy,
    @Nullable String resourcePolicy,
    @Nullable String permissionsPolicy,
    @Nullable String contentSecurityPolicy,
    Duration transportSecurity,
    boolean subdomains)
    implements Filter {

  /** What holds unless something else is set. */
  public static final SecurityHeaders DEFAULT =
      new SecurityHeaders(
          "DENY",
          "strict-origin-when-cross-origin",
          "same-origin",
          "same-origin",
          null,
          null,
          Duration.ofDays(30),
          false);

  /** Checks that each value can be sent. */
  public SecurityHeaders {
    if (transportSecurity.isNegative()) {
      throw new IllegalArgumentException(
          "transportSecurity: " + transportSecurity + " (expected: zero, which is off, or more)");
    }
    check("X-Frame-Options", frameOptions);
    check("Referrer-Policy", referrerPolicy);
    check("Cross-Origin-Opener-Policy", openerPolicy);
    check("Cross-Origin-Resource-Policy", resourcePolicy);
    check("Permissions-Policy", permissionsPolicy);
    check("Content-Security-Policy", contentSecurityPolicy);
  }

  /** The same with another {@code X-Frame-Options}; {@code null} for none. */
  public SecurityHeaders frameOptions(@Nullable String value) {
    return copy(value, referrerPolicy, openerPolicy, resourcePolicy);
  }

  /** The same with another {@code Referrer-Policy}; {@code null} for none. */
  public SecurityHeaders referrerPolicy(@Nullable String value) {
    return copy(frameOptions, value, openerPolicy, resourcePolicy);
  }

  /** The same with another {@code Cross-Origin-Opener-Policy}; {@code null} for none. */
  public SecurityHeaders openerPolicy(@Nullable String value) {
    return copy(frameOptions, referrerPolicy, value, resourcePolicy);
  }

  /** The same with another {@code Cross-Origin-Resource-Policy}; {@code null} for none. */
  public SecurityHeaders resourcePolicy(@Nullable String value) {
    return copy(frameOptions, referrerPolicy, openerPolicy, value);
  }

  /** The same with a {@code Permissions-Policy}; {@code null} for none. */
  public SecurityHeaders permissionsPolicy(@Nullable String value) {
    return new SecurityHeaders(
        frameOptions,
        referrerPolicy,
        openerPolicy,
        resourcePolicy,
        value,
        contentSecurityPolicy,
        transportSecurity,
        subdomains);
  }

  /** The same with a {@code Content-Security-Policy}; {@code null} for none. */
  public SecurityHeaders contentSecurityPolicy(@Nullable String value) {
    return new SecurityHeaders(
        frameOptions,
        referrerPolicy,
        openerPolicy,
        resourcePolicy,
        permissionsPolicy,
        value,
        transportSecurity,
        subdomains);
  }

  /**
   * The same with another {@code Strict-Transport-Security}.
   *
   * @param maxAge zero for none
   * @param withSubdomains whether it holds for all subdomains too
   */
  public SecurityHeaders transportSecurity(Duration maxAge, boolean withSubdomains) {
    return new SecurityHeaders(
        frameOptions,
        referrerPolicy,
        openerPolicy,
        resourcePolicy,
        permissionsPolicy,
        contentSecurityPolicy,
        maxAge,
        withSubdomains);
  }

  private SecurityHeaders copy(
      @Nullable String newFrameOptions,
      @Nullable String newReferrerPolicy,
      @Nullable String newOpenerPolicy,
      @Nullable String newResourcePolicy) {
    return new SecurityHeaders(
        newFrameOptions,
        newReferrerPolicy,
        newOpenerPolicy,
        newResourcePolicy,
        permissionsPolicy,
        contentSecurityPolicy,
        transportSecurity,
        subdomains);
  }

  @Override
  public Response filter(Request request, Next next) throws Exception {
    Response response = next.handle(request);
    response = add(response, "X-Content-Type-Options", "nosniff");
    response = add(response, "X-Frame-Options", frameOptions);
    response = add(response, "Referrer-Policy", referrerPolicy);
    response = add(response, "Cross-Origin-Opener-Policy", openerPolicy);
    response = add(response, "Cross-Origin-Resource-Policy", resourcePolicy);
    response = add(response, "Permissions-Policy", permissionsPolicy);
    response = add(response, "Content-Security-Policy", contentSecurityPolicy);
    if (request.scheme().equals("https") && transportSecurity.isPositive() && !isLocal(request)) {
      String age = "max-age=" + transportSecurity.toSeconds();
      response =
          add(
              response,
              "Strict-Transport-Security",
              subdomains ? age + "; includeSubDomains" : age);
    }
    return response;
  }

  /** A developer's other servers on localhost have no TLS, and the policy knows no ports. */
  private static boolean isLocal(Request request) {
    String host = request.authority().toLowerCase(Locale.ROOT);
    int port = host.lastIndexOf(':');
    host = port < 0 ? host : host.substring(0, port);
    return host.equals("localhost") || host.endsWith(".localhost");
  }

  private static Response add(Response response, String name, @Nullable String value) {
    return value == null || response.headers().contains(name)
        ? response
        : response.header(name, value);
  }

  private static void check(String name, @Nullable String value) {
    if (value != null) {
      var _ = Headers.of(name, value);
    }
  }
}
