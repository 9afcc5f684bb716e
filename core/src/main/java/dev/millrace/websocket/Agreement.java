package dev.millrace.websocket;

import dev.millrace.http.HttpException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What client and server have agreed on about compression (RFC 7692, section 7.1).
 *
 * @param serverContext whether the server's messages may refer to earlier ones
 * @param clientContext whether the client's may
 * @param serverBits the window of the server's messages as a power of two, 8 to 15
 * @param clientBits the same of the client's
 * @param minBytes messages of the server below are not compressed
 * @param header the value of {@code Sec-WebSocket-Extensions} in the response
 */
public record Agreement(
    boolean serverContext,
    boolean clientContext,
    int serverBits,
    int clientBits,
    int minBytes,
    String header) {

  private static final String NAME = "permessage-deflate";
  private static final String SERVER_FORGETS = "server_no_context_takeover";
  private static final String CLIENT_FORGETS = "client_no_context_takeover";
  private static final String SERVER_BITS = "server_max_window_bits";
  private static final String CLIENT_BITS = "client_max_window_bits";
  private static final int MOST_BITS = 15;

  /**
   * Accepts the first offer that can be held to. One with a parameter that is unknown, there twice,
   * or has no valid value is passed over, and so are other extensions.
   *
   * @param offers all values of {@code Sec-WebSocket-Extensions} in the request
   * @return {@code null} when there is none, or compression is off
   * @throws HttpException 400 when a value does not follow the grammar (RFC 6455, section 9.1),
   *     whether or not compression is on
   */
  public static @Nullable Agreement of(List<String> offers, Deflate options) {
    for (Extensions.Offer offer : Extensions.read(offers)) {
      if (options.enabled() && offer.name().equals(NAME)) {
        Wish wish = Wish.of(offer.parameters());
        if (wish != null) {
          return answer(wish, options);
        }
      }
    }
    return null;
  }

  private static Agreement answer(Wish wish, Deflate options) {
    boolean serverContext = options.serverContext() && !wish.serverForgets;
    // Whether it says so or not, a client that offers to forget is going to: nothing need be kept.
    boolean clientContext = options.clientContext() && !wish.clientForgets;
    StringBuilder header = new StringBuilder(NAME);
    if (!serverContext) {
      header.append("; ").append(SERVER_FORGETS);
    }
    if (!clientContext) {
      header.append("; ").append(CLIENT_FORGETS);
    }
    int serverBits = Math.min(wish.serverBits, options.serverBits());
    if (wish.limitsServer || serverBits < MOST_BITS) {
      header.append("; ").append(SERVER_BITS).append('=').append(serverBits);
    }
    // A client that does not offer to hold to a window must not be asked to (section 7.1.2.2).
    int clientBits =
        wish.limitsClient ? Math.min(wish.clientBits, options.clientBits()) : MOST_BITS;
    if (clientBits < MOST_BITS) {
      header.append("; ").append(CLIENT_BITS).append('=').append(clientBits);
    }
    return new Agreement(
        serverContext,
        clientContext,
        serverBits,
        clientBits,
        options.minBytes(),
        header.toString());
  }

  /** What an offer asks for. */
  private static final class Wish {
    boolean serverForgets;
    boolean clientForgets;
    boolean limitsServer;
    boolean limitsClient;
    int serverBits = MOST_BITS;
    int clientBits = MOST_BITS;

    /** Returns {@code null} when the offer has to be declined. */
    static @Nullable Wish of(List<Extensions.Parameter> parameters) {
      Wish wish = new Wish();
      Set<String> names = new HashSet<>();
      for (Extensions.Parameter parameter : parameters) {
        if (!names.add(parameter.name()) || !wish.take(parameter)) {
          return null;
        }
      }
      return wish;
    }

    private boolean take(Extensions.Parameter parameter) {
      String value = parameter.value();
      return switch (parameter.name()) {
        case SERVER_FORGETS -> {
          serverForgets = true;
          yield value == null;
        }
        case CLIENT_FORGETS -> {
          clientForgets = true;
          yield value == null;
        }
        case SERVER_BITS -> {
          limitsServer = true;
          serverBits = bits(value);
          yield serverBits > 0;
        }
        case CLIENT_BITS -> {
          limitsClient = true;
          clientBits = value == null ? MOST_BITS : bits(value);
          yield clientBits > 0;
        }
        default -> false;
      };
    }

    /** 8 to 15 without leading zeros; otherwise 0. */
    private static int bits(@Nullable String value) {
      if (value == null) {
        return 0;
      }
      return switch (value) {
        case "8" -> 8;
        case "9" -> 9;
        case "10" -> 10;
        case "11" -> 11;
        case "12" -> 12;
        case "13" -> 13;
        case "14" -> 14;
        case "15" -> 15;
        default -> 0;
      };
    }
  }
}
