package dev.millrace.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A cookie for a browser to keep (RFC 6265bis, section 4.1). Unless it says otherwise it is sent
 * back over https only, is not readable by scripts, does not come with requests that other sites
 * cause, except when the user follows a link, holds for all paths of this host alone, and is
 * forgotten when the browser closes. Immutable.
 *
 * <pre>{@code
 * return text("welcome").cookie(Cookie.of("theme", "dark").maxAge(Duration.ofDays(365)));
 * }</pre>
 *
 * <p>Browsers take {@code http://localhost} for secure. On another host without https they drop a
 * cookie that is not {@link #insecure}.
 *
 * @param name a token; one that begins with {@code __Secure-} or {@code __Host-} is held to what
 *     that promises (section 4.1.3)
 * @param value visible ASCII without quote, comma, semicolon and backslash; 4,096 bytes at most
 *     together with the name
 * @param maxAge how long it is kept; {@code null}: until the browser closes; zero: removed. In
 *     whole seconds; browsers keep nothing longer than 400 days
 * @param domain {@code null}: this host alone; otherwise that host and all below it
 * @param path where it is sent: there and below
 * @param sameSite when it comes with requests that other sites cause
 * @param secure whether it is sent over https only
 * @param httpOnly whether scripts cannot read it
 * @param partitioned whether each site that this one is embedded in has its own
 */
public record Cookie(
    String name,
    String value,
    @Nullable Duration maxAge,
    @Nullable String domain,
    String path,
    SameSite sameSite,
    boolean secure,
    boolean httpOnly,
    boolean partitioned) {
  private static final int MAX_PAIR = 4096;
  private static final int MAX_ATTRIBUTE = 1024;

  /** When a cookie comes with requests that other sites cause (section 5.6.7). */
  public enum SameSite {
    /** Never. */
    STRICT("Strict"),
    /** Only when the user goes from there to here, with a safe method. */
    LAX("Lax"),
    /** Always, where the browser still allows that. */
    NONE("None");

    private final String text;

    SameSite(String text) {
      this.text = text;
    }
  }

  /**
   * Checks that browsers will take it as it is.
   *
   * @throws IllegalArgumentException when they would not; says why
   */
  public Cookie {
    if (!Syntax.isToken(name)) {
      throw new IllegalArgumentException(
          "cookie name \"%s\" (expected: letters, digits or !#$%%&'*+-.^_`|~)"
              .formatted(Syntax.printable(name)));
    }
    checkValue(name, value);
    checkPath(name, path);
    if (domain != null) {
      checkDomain(name, domain);
    }
    if (maxAge != null && (maxAge.isNegative() || (!maxAge.isZero() && maxAge.toSeconds() == 0))) {
      throw bad(name, "maxAge " + maxAge, "zero, or at least a second");
    }
    if (!secure) {
      checkInsecure(name, sameSite, partitioned);
    }
    boolean ofHost = startsWith(name, "__Host-");
    if (ofHost && (domain != null || !path.equals("/"))) {
      throw bad(
          name,
          domain != null ? "domain " + domain : "path " + path,
          "no domain and path / for __Host-");
    }
  }

  /** A cookie with the defaults. */
  public static Cookie of(String name, String value) {
    return new Cookie(name, value, null, null, "/", SameSite.LAX, true, true, false);
  }

  /** What makes the browser forget a cookie. Domain and path must be those it was set with. */
  public static Cookie removed(String name) {
    return of(name, "").maxAge(Duration.ZERO);
  }

  /** The same, kept for a time. */
  public Cookie maxAge(Duration newMaxAge) {
    return new Cookie(
        name, value, newMaxAge, domain, path, sameSite, secure, httpOnly, partitioned);
  }

  /** The same for a host and all below it. */
  public Cookie domain(String newDomain) {
    return new Cookie(
        name, value, maxAge, newDomain, path, sameSite, secure, httpOnly, partitioned);
  }

  /** The same for a path and all below it. No protection: other paths can still get at it. */
  public Cookie path(String newPath) {
    return new Cookie(
        name, value, maxAge, domain, newPath, sameSite, secure, httpOnly, partitioned);
  }

  /** The same with another rule for requests that other sites cause. */
  public Cookie sameSite(SameSite newSameSite) {
    return new Cookie(
        name, value, maxAge, domain, path, newSameSite, secure, httpOnly, partitioned);
  }

  /** The same, to be sent without https too, where anybody on the way can read and change it. */
  public Cookie insecure() {
    return new Cookie(name, value, maxAge, domain, path, sameSite, false, httpOnly, partitioned);
  }

  /** The same, readable by scripts: by every script that finds its way into a page, too. */
  public Cookie readableByScripts() {
    return new Cookie(name, value, maxAge, domain, path, sameSite, secure, false, partitioned);
  }

  /** The same, kept apart or not for each site that this one is embedded in (CHIPS). */
  public Cookie partitioned(boolean newPartitioned) {
    return new Cookie(
        name, value, maxAge, domain, path, sameSite, secure, httpOnly, newPartitioned);
  }

  /** The value of the Set-Cookie header. */
  String header() {
    StringBuilder text = new StringBuilder(name).append('=').append(value);
    if (maxAge != null) {
      text.append("; Max-Age=").append(maxAge.toSeconds());
    }
    if (domain != null) {
      text.append("; Domain=").append(domain);
    }
    text.append("; Path=").append(path);
    if (secure) {
      text.append("; Secure");
    }
    if (httpOnly) {
      text.append("; HttpOnly");
    }
    text.append("; SameSite=").append(sameSite.text);
    return partitioned ? text.append("; Partitioned").toString() : text.toString();
  }

  private static void checkValue(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c >= 0x7f || "\",;\\".indexOf(c) >= 0) {
        // Without the value, which may be a secret.
        throw bad(
            name,
            "the value has %s at index %d".formatted(Syntax.name(c), i),
            "visible ASCII without quote, comma, semicolon and backslash; encode it, as with"
                + " URLEncoder or Base64");
      }
    }
    int length = name.length() + value.getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_PAIR) {
      throw bad(
          name, "name and value have " + length + " bytes", "at most " + MAX_PAIR + " together");
    }
  }

  private static void checkPath(String name, String path) {
    boolean fits = path.startsWith("/") && path.length() <= MAX_ATTRIBUTE;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      fits &= c >= ' ' && c < 0x7f && c != ';';
    }
    if (!fits) {
      throw bad(
          name,
          "path \"" + Syntax.printable(path) + "\"",
          "ASCII without semicolon that begins with /, at most " + MAX_ATTRIBUTE + " bytes");
    }
  }

  private static void checkDomain(String name, String domain) {
    boolean fits =
        !domain.isEmpty()
            && domain.length() <= MAX_ATTRIBUTE
            && !domain.startsWith(".")
            && !domain.endsWith(".");
    for (int i = 0; i < domain.length(); i++) {
      char c = domain.charAt(i);
      fits &= c < 0x80 && (Character.isLetterOrDigit(c) || c == '-' || c == '.');
    }
    if (!fits) {
      throw bad(
          name,
          "domain \"" + Syntax.printable(domain) + "\"",
          "a host name in ASCII without a dot at either end, as example.com");
    }
  }

  private static void checkInsecure(String name, SameSite sameSite, boolean partitioned) {
    if (startsWith(name, "__Host-") || startsWith(name, "__Secure-")) {
      throw bad(name, "it is insecure", "another name: this prefix promises Secure");
    }
    if (sameSite == SameSite.NONE) {
      throw bad(name, "it is insecure with SameSite=None", "LAX or STRICT, or a secure cookie");
    }
    if (partitioned) {
      throw bad(name, "it is insecure and partitioned", "a secure cookie");
    }
  }

  /** Browsers compare prefixes without regard to case (section 5.7). */
  private static boolean startsWith(String name, String prefix) {
    return name.toLowerCase(Locale.ROOT).startsWith(prefix.toLowerCase(Locale.ROOT));
  }

  private static IllegalArgumentException bad(String name, String what, String expected) {
    return new IllegalArgumentException(
        "cookie \"%s\": %s (expected: %s)".formatted(Syntax.printable(name), what, expected));
  }

  /** Without the value: it may be a secret. */
  @Override
  public String toString() {
    return "Cookie["
        + name
        + "; Path="
        + path
        + (domain == null ? "]" : "; Domain=" + domain + "]");
  }
}
