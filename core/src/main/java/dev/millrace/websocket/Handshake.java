package dev.millrace.websocket;

import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import dev.millrace.http.Syntax;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The opening handshake (RFC 6455, section 4.2; on HTTP/2 RFC 8441): what a request for a WebSocket
 * must have, and what answers it.
 */
public final class Handshake {
  /** The subprotocol of clients that want to be told of a refusal by a close code. */
  public static final String MILLRACE = "millrace.v1";

  /** Of section 1.3: what no server sends that knows nothing of WebSockets. */
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private static final String VERSION_FIELD = "Sec-WebSocket-Version";
  private static final String VERSION = "13";
  private static final String KEY_FIELD = "Sec-WebSocket-Key";
  private static final String PROTOCOL_FIELD = "Sec-WebSocket-Protocol";

  /** Characters of 16 bytes in base64, with the padding. */
  private static final int KEY_LENGTH = 24;

  private Handshake() {}

  /**
   * Checks a request for a WebSocket.
   *
   * @throws HttpException 426 when it asks for none, or for another version; 400 when something of
   *     it is missing or wrong
   */
  public static void check(Request request) {
    if (!request.isUpgrade()) {
      throw upgradeRequired(
          request,
          "Here is a WebSocket: the request has to ask for one, by GET over HTTP/1.1 and without a"
              + " body, or by an extended CONNECT over HTTP/2");
    }
    // An extended CONNECT has no Connection and needs no key (RFC 8441, section 5).
    boolean plain = !isHttp2(request);
    if (plain && !elements(request, "Connection").stream().anyMatch("upgrade"::equalsIgnoreCase)) {
      throw new HttpException(400, "Connection does not list upgrade, as for a WebSocket it must");
    }
    checkVersion(request);
    if (plain) {
      checkKey(request.headers().all(KEY_FIELD));
    }
  }

  private static void checkVersion(Request request) {
    List<String> versions = request.headers().all(VERSION_FIELD);
    if (versions.size() != 1) {
      throw new HttpException(
              400, VERSION_FIELD + (versions.isEmpty() ? " is missing" : " is there twice"))
          .header(VERSION_FIELD, VERSION);
    }
    String version = versions.getFirst().strip();
    if (!version.equals(VERSION)) {
      throw upgradeRequired(
          request,
          "%s: %s (expected: %s)".formatted(VERSION_FIELD, Syntax.printable(version), VERSION));
    }
  }

  private static void checkKey(List<String> keys) {
    if (keys.size() != 1) {
      throw new HttpException(
          400, KEY_FIELD + (keys.isEmpty() ? " is missing" : " is there twice"));
    }
    if (!isKey(keys.getFirst().strip())) {
      throw new HttpException(
          400,
          "%s: %s (expected: 16 bytes in base64)"
              .formatted(KEY_FIELD, Syntax.printable(keys.getFirst())));
    }
  }

  private static boolean isKey(String key) {
    if (key.length() != KEY_LENGTH || !key.endsWith("==")) {
      return false;
    }
    try {
      Base64.getDecoder().decode(key);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** 426 (RFC 9110, section 15.5.22). HTTP/2 knows no {@code Upgrade}. */
  private static HttpException upgradeRequired(Request request, String detail) {
    HttpException refusal = new HttpException(426, detail).header(VERSION_FIELD, VERSION);
    return isHttp2(request)
        ? refusal
        : refusal.header("Upgrade", "websocket").header("Connection", "Upgrade");
  }

  private static boolean isHttp2(Request request) {
    return request.protocol().equals("HTTP/2");
  }

  /** The value of {@code Sec-WebSocket-Accept} for a key (section 4.2.2). */
  public static String accept(String key) {
    try {
      byte[] bytes = (key.strip() + GUID).getBytes(StandardCharsets.ISO_8859_1);
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(bytes);
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      // Every Java platform has it: the documentation of MessageDigest says so.
      throw new IllegalStateException(e);
    }
  }

  /**
   * The subprotocols that a client offers, the preferred one first.
   *
   * @throws HttpException 400 when one is no token or stands twice
   */
  public static List<String> offered(Request request) {
    List<String> protocols = elements(request, PROTOCOL_FIELD);
    for (String protocol : protocols) {
      if (!Syntax.isToken(protocol)) {
        throw new HttpException(
            400, "%s: \"%s\" is not a token".formatted(PROTOCOL_FIELD, Syntax.printable(protocol)));
      }
    }
    if (protocols.stream().distinct().count() < protocols.size()) {
      throw new HttpException(400, PROTOCOL_FIELD + ": one stands there twice");
    }
    return protocols;
  }

  /** The elements of a list in one field or several (RFC 9110, section 5.6.1). */
  private static List<String> elements(Request request, String field) {
    List<String> values = request.headers().all(field);
    if (values.isEmpty()) {
      return List.of();
    }
    List<String> elements = new ArrayList<>();
    for (String value : values) {
      for (String element : value.split(",", -1)) {
        String stripped = element.strip();
        if (!stripped.isEmpty()) {
          elements.add(stripped);
        }
      }
    }
    return List.copyOf(elements);
  }
}
