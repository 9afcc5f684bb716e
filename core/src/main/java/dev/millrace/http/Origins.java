package dev.millrace.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Origins as browsers write them (RFC 6454, section 6.2; Fetch, section 3.1). For engines. */
public final class Origins {
  public static final String ANY = "*";

  /**
   * What a page without an origin of its own sends: a sandboxed frame, a local file, a redirect.
   */
  public static final String OPAQUE = "null";

  private Origins() {}

  /**
   * The origin that a request names.
   *
   * @return nothing when there is none; {@link #OPAQUE} too when it names several, which no browser
   *     does
   */
  public static Optional<String> of(Request request) {
    List<String> values = request.headers().all("Origin");
    return switch (values.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(values.getFirst());
      default -> Optional.of(OPAQUE);
    };
  }

  /**
   * Whether an origin is of the host that the request went to. Where the client came without TLS
   * its scheme may still have been https, in front of a proxy; the other way round it is another
   * origin.
   */
  public static boolean isSame(String origin, Request request) {
    boolean secure = origin.startsWith("https://");
    if (!secure && (!origin.startsWith("http://") || request.scheme().equals("https"))) {
      return false;
    }
    String host = origin.substring(origin.indexOf("//") + 2);
    String named = request.authority().toLowerCase(Locale.ROOT);
    String port = secure ? ":443" : ":80";
    return !host.isEmpty() && (host.equals(named) || (host + port).equals(named));
  }

  /** Checks an origin of an allow-list: what no browser ever sends would never be found. */
  public static void check(String origin) {
    if (origin.equals(OPAQUE)) {
      return;
    }
    String problem = problem(origin);
    if (problem != null) {
      throw new IllegalArgumentException(
          "origin \"%s\": %s (expected: scheme://host or scheme://host:port, in lower case)"
              .formatted(Syntax.printable(origin), problem));
    }
  }

  private static @Nullable String problem(String origin) {
    URI uri;
    try {
      uri = new URI(origin);
    } catch (URISyntaxException e) {
      return "is no URI";
    }
    String scheme = uri.getScheme();
    if (scheme == null || uri.getRawAuthority() == null || !origin.contains("://")) {
      return "has no scheme or no host";
    }
    if (!origin.equals(scheme + "://" + uri.getRawAuthority()) || uri.getRawUserInfo() != null) {
      return "has more than scheme, host and port";
    }
    if (origin.indexOf('*') >= 0) {
      return "is a pattern: write a test for it";
    }
    if (!origin.equals(origin.toLowerCase(Locale.ROOT))) {
      return "is not in lower case";
    }
    if ((scheme.equals("https") && uri.getPort() == 443)
        || (scheme.equals("http") && uri.getPort() == 80)) {
      return "names the port that its scheme has anyway, which browsers leave out";
    }
    return null;
  }

  /** Says that the response would be another for another value of a request header. */
  public static Response vary(Response response, String header) {
    boolean said =
        response.headers().all("Vary").stream()
            .flatMap(value -> Arrays.stream(value.split(",")))
            .map(String::trim)
            .anyMatch(name -> name.equals("*") || name.equalsIgnoreCase(header));
    return said ? response : response.header("Vary", header);
  }
}
