package dev.millrace.http;

import java.util.List;

/**
 * What of a {@link Content} answers a request: all of it, some ranges of it (RFC 9110, section 14),
 * or nothing because the client has it already (section 13).
 *
 * @param status 200, 206, 304, 412, 416, or the response's own where that is not 200
 * @param headers for the response, {@code Content-Length} included
 * @param pieces the body: in this order, one after the other
 */
public record Selection(int status, Headers headers, List<Piece> pieces) {

  /** A piece of a body. */
  public sealed interface Piece {

    /** Bytes that are not the content's: what stands between the parts of multipart/byteranges. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Bytes(byte[] bytes) implements Piece {}

    /**
     * Bytes of the content.
     *
     * @param from the first one's place
     * @param length how many
     */
    record Range(long from, long length) implements Piece {}
  }

  /**
   * Selects what answers a request.
   *
   * @param status the response's; anything but 200 is sent whole and unconditionally
   * @param headers the response's; what is set there wins over what the content says of itself
   */
  public static Selection of(Request request, int status, Headers headers, Content content) {
    long length = content.length();
    Headers all = headers.set("Content-Length", Long.toString(length));
    return new Selection(status, all, List.of(new Piece.Range(0, length)));
  }
}
