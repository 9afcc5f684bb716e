package dev.millrace.bench;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a load tool is pointed at, written {@code NAME:PID@URL} or just {@code URL}.
 *
 * @param name what tables call it
 * @param server the process behind the URL, when its PID was given
 * @param uri an {@code http} address with a port; path and query are sent as they are
 */
record Target(String name, @Nullable ServerProcess server, URI uri) {
  private static final Pattern FORM = Pattern.compile("(?:([\\w-]+):(\\d+)@)?(http://.+)");

  static Target parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "target \"%s\" (expected: NAME:PID@http://HOST:PORT/PATH or the URL alone)"
              .formatted(text));
    }
    URI uri = URI.create(form.group(3));
    if (form.group(1) == null) {
      return new Target("server", null, uri);
    }
    return new Target(form.group(1), new ServerProcess(Long.parseLong(form.group(2))), uri);
  }

  /** The server's process, for tools that cannot do without. */
  ServerProcess requireServer() {
    if (server == null) {
      throw new IllegalArgumentException(
          "target \"%s\": its PID is needed (expected: NAME:PID@URL)".formatted(uri));
    }
    return server;
  }

  InetSocketAddress address() {
    return new InetSocketAddress(uri.getHost(), uri.getPort());
  }

  String authority() {
    return uri.getRawAuthority();
  }

  String pathAndQuery() {
    return uri.getRawQuery() == null
        ? uri.getRawPath()
        : uri.getRawPath() + "?" + uri.getRawQuery();
  }

  /** The value of {@code name} in the query, or {@code otherwise}. */
  long number(String name, long otherwise) {
    Matcher parameter =
        Pattern.compile("(?:^|&)" + Pattern.quote(name) + "=(\\d+)")
            .matcher(String.valueOf(uri.getRawQuery()));
    return parameter.find() ? Long.parseLong(parameter.group(1)) : otherwise;
  }
}
