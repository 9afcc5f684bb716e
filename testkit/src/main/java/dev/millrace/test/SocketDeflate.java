package dev.millrace.test;

import dev.millrace.http.Headers;
import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The client's half of permessage-deflate (RFC 7692), as the response to the handshake has it.
 * Inflating is for one thread at a time, deflating for another.
 */
final class SocketDeflate {
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

  private final Inflater inflater = new Inflater(true);
  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final boolean serverContext;
  private final boolean clientContext;

  /** The JDK has no smaller window than 2^15: with less the client must send plain messages. */
  private final boolean deflates;

  private SocketDeflate(boolean serverContext, boolean clientContext, boolean deflates) {
    this.serverContext = serverContext;
    this.clientContext = clientContext;
    this.deflates = deflates;
  }

  /**
   * What was agreed on.
   *
   * @param response of a handshake that has succeeded
   * @return {@code null} for no compression
   */
  static @Nullable SocketDeflate of(Headers response) {
    String agreed = response.first("Sec-WebSocket-Extensions").orElse("").toLowerCase(Locale.ROOT);
    String[] parts = agreed.split("\\s*;\\s*", -1);
    if (!parts[0].strip().equals("permessage-deflate")) {
      return null;
    }
    var parameters = Arrays.asList(parts);
    boolean small =
        parameters.stream()
            .anyMatch(p -> p.startsWith("client_max_window_bits=") && !p.endsWith("=15"));
    return new SocketDeflate(
        !parameters.contains("server_no_context_takeover"),
        !parameters.contains("client_no_context_takeover"),
        !small);
  }

  /** Whether messages of the client can be compressed. */
  boolean deflates() {
    return deflates;
  }

  /** The payload of a compressed message (section 7.2.1). */
  byte[] deflate(byte[] content) {
    if (!clientContext) {
      deflater.reset();
    }
    deflater.setInput(content);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] piece = new byte[8192];
    int length;
    do {
      length = deflater.deflate(piece, 0, piece.length, Deflater.SYNC_FLUSH);
      out.write(piece, 0, length);
    } while (length == piece.length);
    byte[] whole = out.toByteArray();
    if (whole.length < TAIL.length) {
      // Nothing since the last flush: an empty block without its tail.
      return new byte[1];
    }
    return Arrays.copyOf(whole, whole.length - TAIL.length);
  }

  /** The content of a compressed message (section 7.2.2). */
  byte[] inflate(byte[] payload, int most) throws ProtocolException {
    if (!serverContext) {
      inflater.reset();
    }
    byte[] input = Arrays.copyOf(payload, payload.length + TAIL.length);
    System.arraycopy(TAIL, 0, input, payload.length, TAIL.length);
    inflater.setInput(input);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] piece = new byte[8192];
    try {
      for (int n = inflater.inflate(piece); n > 0; n = inflater.inflate(piece)) {
        out.write(piece, 0, n);
        if (out.size() > most) {
          throw new ProtocolException("a message has over " + most + " bytes when inflated");
        }
      }
    } catch (DataFormatException e) {
      throw new ProtocolException("a message is not good deflate data: " + e.getMessage());
    }
    if (inflater.finished()) {
      // A last block (BFINAL) ends the stream of this message: the next one begins anew.
      inflater.reset();
    }
    return out.toByteArray();
  }
}
