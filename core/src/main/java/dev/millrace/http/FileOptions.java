package dev.millrace.http;

import java.time.Duration;

/**
 * How a mount serves its files. Given as the last argument of {@code routes.files} and {@code
 * routes.resources}.
 *
 * @param maxAge how long browsers may use a file without asking; zero, the default, lets them ask
 *     each time whether it has changed ({@code Cache-Control: no-cache}); at most 365 days
 * @param immutable whether browsers need not ask within {@code maxAge} even when the page is
 *     reloaded, for files with a hash in their names; false
 * @param index the file that answers for a directory; {@code index.html}; empty for none. There are
 *     no listings
 * @param precompressed whether {@code app.js.br}, {@code app.js.zst} and {@code app.js.gz} are
 *     served in place of an {@code app.js} beside them, to clients that take that coding; true.
 *     Whether they are made of the same bytes is not checked
 * @param hidden whether names that begin with a dot are served; false, but for {@code .well-known}
 * @param fallback the file that answers for a path that names none and whose last segment has no
 *     dot, for applications that find their way in the browser, as {@code index.html}; empty, the
 *     default, for none. Browsers ask for it each time, whatever {@code maxAge} says
 */
public record FileOptions(
    Duration maxAge,
    boolean immutable,
    String index,
    boolean precompressed,
    boolean hidden,
    String fallback) {
  private static final Duration LONGEST = Duration.ofDays(365);

  /** What holds unless something else is set. */
  public static final FileOptions DEFAULT =
      new FileOptions(Duration.ZERO, false, "index.html", true, false, "");

  /** Checks times and names. */
  public FileOptions {
    if (maxAge.isNegative() || maxAge.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "maxAge: " + maxAge + " (expected: zero, which is to ask each time, to 365 days)");
    }
    if (immutable && maxAge.toSeconds() == 0) {
      throw new IllegalArgumentException(
          "immutable: true with maxAge " + maxAge + " (expected: a maxAge for which that holds)");
    }
    checkName("index", index);
    checkName("fallback", fallback);
  }

  private static void checkName(String option, String name) {
    if (!name.isEmpty() && !MountPath.isSafe(name, true)) {
      throw new IllegalArgumentException(
          "%s: \"%s\" (expected: the name of a file below the mount, such as index.html)"
              .formatted(option, Syntax.printable(name)));
    }
  }

  /** The same with another {@code maxAge}. */
  public FileOptions maxAge(Duration age) {
    return new FileOptions(age, immutable, index, precompressed, hidden, fallback);
  }

  /** The same for files that never change under their names, so with a {@code maxAge}. */
  public FileOptions immutable(Duration age) {
    return new FileOptions(age, true, index, precompressed, hidden, fallback);
  }

  /** The same with another {@code index}; empty for none. */
  public FileOptions index(String name) {
    return new FileOptions(maxAge, immutable, name, precompressed, hidden, fallback);
  }

  /** The same with or without precompressed variants. */
  public FileOptions precompressed(boolean served) {
    return new FileOptions(maxAge, immutable, index, served, hidden, fallback);
  }

  /** The same with or without names that begin with a dot. */
  public FileOptions hidden(boolean served) {
    return new FileOptions(maxAge, immutable, index, precompressed, served, fallback);
  }

  /** The same with a {@code fallback}; empty for none. */
  public FileOptions fallback(String name) {
    return new FileOptions(maxAge, immutable, index, precompressed, hidden, name);
  }

  /** What caches are told. */
  String cacheControl() {
    long seconds = maxAge.toSeconds();
    return seconds == 0 ? "no-cache" : "max-age=" + seconds + (immutable ? ", immutable" : "");
  }
}
