package dev.millrace.test;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.http.Headers;
import java.net.ProtocolException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** The client's opening handshake (RFC 6455, section 4.1). */
final class SocketHandshake {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final SecureRandom RANDOM = new SecureRandom();

  private SocketHandshake() {}

  /** A request with what it needs on HTTP/1.1; what a test has set stays. */
  static Client.Wanted overHttp1(Client.Wanted wanted) {
    byte[] nonce = new byte[16];
    RANDOM.nextBytes(nonce);
    Headers headers = wanted.headers();
    headers = orElse(headers, "Upgrade", "websocket");
    headers = orElse(headers, "Connection", "Upgrade");
    headers = orElse(headers, "Sec-WebSocket-Version", "13");
    headers = orElse(headers, "Sec-WebSocket-Key", Base64.getEncoder().encodeToString(nonce));
    return wanted.with(headers);
  }

  /** The same on HTTP/2 (RFC 8441, section 5). */
  static Client.Wanted overHttp2(Client.Wanted wanted) {
    return wanted.with(orElse(wanted.headers(), "Sec-WebSocket-Version", "13"));
  }

  private static Headers orElse(Headers headers, String name, String value) {
    return headers.contains(name) ? headers : headers.with(name, value);
  }

  /** Whether a header lists a token. */
  static boolean lists(Headers headers, String name, String token) {
    for (String value : headers.all(name)) {
      for (String each : value.split(",", -1)) {
        if (each.strip().equalsIgnoreCase(token)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Checks what a server of HTTP/1.1 has answered with a 101. */
  static void check(Headers request, Headers response) throws ProtocolException {
    if (!lists(response, "Upgrade", "websocket") || !lists(response, "Connection", "upgrade")) {
      throw new ProtocolException(
          "a 101 with Upgrade: %s and Connection: %s (expected: websocket and Upgrade)"
              .formatted(
                  response.first("Upgrade").orElse("none"),
                  response.first("Connection").orElse("none")));
    }
    String expected = accept(request.first("Sec-WebSocket-Key").orElse(""));
    String accept = response.first("Sec-WebSocket-Accept").orElse("none");
    if (!accept.equals(expected)) {
      throw new ProtocolException(
          "Sec-WebSocket-Accept: %s (expected: %s)".formatted(accept, expected));
    }
  }

  /** What answers a key (RFC 6455, section 4.2.2). */
  static String accept(String key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-1", e);
    }
  }
}
