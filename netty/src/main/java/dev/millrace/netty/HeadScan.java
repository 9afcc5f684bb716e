package dev.millrace.netty;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the bytes of a request's head for what Netty's decoder lets pass and a proxy in front
 * may read in another way: a request line whose words are not separated by single spaces (RFC 9112,
 * section 3), and folded lines (section 5.2).
 */
final class HeadScan {
  private static final String PROTOCOL = "HTTP/";
  private static final int SPACES = 2;

  private byte previous;
  private int spaces;
  private int protocolAt;
  private boolean begun;
  private boolean inFields;
  private boolean lineBegins;
  private @Nullable String fault;

  /** Begins with the next request. */
  void reset() {
    previous = 0;
    spaces = 0;
    protocolAt = 0;
    begun = false;
    inFields = false;
    lineBegins = false;
    fault = null;
  }

  /** Whether anything of a request has been seen. */
  boolean hasBegun() {
    return begun;
  }

  /** What is wrong with what has been seen so far. */
  @Nullable String fault() {
    return fault;
  }

  /** Looks at the next bytes. */
  void scan(ByteBuf bytes, int from, int to) {
    int at = from;
    while (at < to && !inFields) {
      requestLine(bytes.getByte(at++));
    }
    while (at < to) {
      if (lineBegins) {
        byte first = bytes.getByte(at);
        if (first == ' ' || first == '\t') {
          fault = "a folded line";
        }
        lineBegins = false;
      }
      int lineFeed = bytes.indexOf(at, to, (byte) '\n');
      if (lineFeed < 0) {
        return;
      }
      lineBegins = true;
      at = lineFeed + 1;
    }
  }

  private void requestLine(byte b) {
    if (previous == '\r' && b != '\n') {
      fault = "a bare CR in the request line";
    }
    if (b == '\n') {
      if (previous != '\r') {
        fault = "a bare LF before the header fields";
      }
      // Empty lines may come first (section 2.2).
      inFields = begun;
      lineBegins = begun;
    } else if (b == ' ') {
      if (!begun || previous == ' ' || ++spaces > SPACES) {
        fault = "a space that does not separate two words of the request line";
      }
    } else if (b > ' ') {
      begun = true;
      if (spaces == SPACES && !isProtocol(b)) {
        fault = "the request line does not end in HTTP/1.1";
      }
    } else if (b != '\r') {
      fault = "a control character in the request line";
    }
    previous = b;
  }

  private boolean isProtocol(byte b) {
    int at = protocolAt++;
    return at >= PROTOCOL.length() || b == PROTOCOL.charAt(at);
  }
}
