package dev.millrace.websocket;

/**
 * Whether and how messages are compressed (permessage-deflate, RFC 7692), at the level that the
 * server compresses responses with.
 *
 * @param enabled whether a client's offer is accepted; false
 * @param minBytes messages below are sent as they are; 128
 * @param serverContext whether the server's messages may refer to earlier ones, which makes small
 *     ones smaller and keeps up to 4 KiB a connection; false
 * @param clientContext whether the client's may, which keeps up to 32 KiB a connection; false
 * @param serverBits largest window of the server's messages as a power of two, 8 to 15; 15
 * @param clientBits the same of the client's, for clients that offer to hold to it; 15
 */
public record Deflate(
    boolean enabled,
    int minBytes,
    boolean serverContext,
    boolean clientContext,
    int serverBits,
    int clientBits) {

  /** No compression. */
  public static final Deflate OFF = new Deflate(false, 128, false, false, 15, 15);

  /** Compression for clients that offer it, without memory of earlier messages. */
  public static final Deflate ON = new Deflate(true, 128, false, false, 15, 15);

  /** Checks the ranges. */
  public Deflate {
    if (minBytes < 0) {
      throw new IllegalArgumentException("minBytes: " + minBytes + " (expected: at least 0)");
    }
    checkBits("serverBits", serverBits);
    checkBits("clientBits", clientBits);
  }

  /** The same, accepted or not. */
  public Deflate enabled(boolean there) {
    return new Deflate(there, minBytes, serverContext, clientContext, serverBits, clientBits);
  }

  /** The same with another length below which messages are sent as they are. */
  public Deflate minBytes(int bytes) {
    return new Deflate(enabled, bytes, serverContext, clientContext, serverBits, clientBits);
  }

  /** The same, with or without references to the server's earlier messages. */
  public Deflate serverContext(boolean kept) {
    return new Deflate(enabled, minBytes, kept, clientContext, serverBits, clientBits);
  }

  /** The same, with or without references to the client's earlier messages. */
  public Deflate clientContext(boolean kept) {
    return new Deflate(enabled, minBytes, serverContext, kept, serverBits, clientBits);
  }

  /** The same with another largest window of the server's messages: 8 to 15. */
  public Deflate serverBits(int bits) {
    return new Deflate(enabled, minBytes, serverContext, clientContext, bits, clientBits);
  }

  /** The same with another largest window of the client's messages: 8 to 15. */
  public Deflate clientBits(int bits) {
    return new Deflate(enabled, minBytes, serverContext, clientContext, serverBits, bits);
  }

  private static void checkBits(String name, int bits) {
    if (bits < 8 || bits > 15) {
      throw new IllegalArgumentException("%s: %d (expected: 8 to 15)".formatted(name, bits));
    }
  }
}
