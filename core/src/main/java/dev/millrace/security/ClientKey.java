package dev.millrace.security;

import dev.millrace.http.Request;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Which client a request is counted for. */
public final class ClientKey {
  private static final int LONGEST = 64;
  private static final int NETWORK_BYTES = 8;

  private ClientKey() {}

  /**
   * The peer's IP address without its port; of IPv6 the network of 64 bits, since a client has all
   * addresses of one. Behind a proxy this is the proxy's address, and all clients share it: name
   * them by something else there.
   */
  public static String address(Request request) {
    if (request.remoteAddress() instanceof InetSocketAddress socket) {
      InetAddress address = socket.getAddress();
      return switch (address) {
        case null -> socket.getHostString();
        case Inet6Address v6 -> HexFormat.of().formatHex(v6.getAddress(), 0, NETWORK_BYTES) + "/64";
        default -> address.getHostAddress();
      };
    }
    return request.remoteAddress().toString();
  }

  /** A key that takes little room in a table, whatever a client has sent: a hash of a long one. */
  static String bounded(String key) {
    if (key.length() <= LONGEST) {
      return key;
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return "#" + HexFormat.of().formatHex(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256, which all must have", e);
    }
  }
}
