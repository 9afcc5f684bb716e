package dev.millrace.engine;

import org.jspecify.annotations.Nullable;

/**
 * Where a server listens.
 *
 * @param host the address to bind to; {@code 0.0.0.0} is every one
 * @param port 0 to 65535; 0 lets the system choose
 * @param tls the certificate for HTTPS; {@code null} for clear text
 */
public record Listener(String host, int port, @Nullable Tls tls) {

  /** Checks the port. */
  public Listener {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
    }
  }
}
