package dev.millrace.http;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What of a {@link Content} answers a request: all of it, some ranges of it (RFC 9110, section 14),
 * or nothing because the client has it already (section 13).
 *
 * @param status 200, 206, 304, 412, 416, or the response's own where that is not 200
 * @param headers for the response, {@code Content-Length} included
 * @param pieces the body: in this order, one after the other; none for HEAD, whose {@code
 *     Content-Length} is still that of a GET
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
   * Selects what answers a request. Only a response of 200 to GET or HEAD is tried against
   * conditions, and only one to GET for ranges (RFC 9110, section 14.2); any other is sent whole.
   *
   * <p>A Range header is ignored when it is not valid, or asks for more than 16 ranges, for more
   * than two that overlap, or for more than 4 that do not ascend.
   *
   * @param status the response's; anything but 200 is sent whole and unconditionally
   * @param headers the response's; what is set there wins over what the content says of itself
   */
  public static Selection of(Request request, int status, Headers headers, Content content) {
    Headers typed = withDefault(headers, "Content-Type", content.type());
    if (status == 204 || status == 205 || status == 304) {
      Headers kept = Preconditions.withoutBody(headers);
      Headers framed = status == 205 ? kept.with("Content-Length", "0") : kept;
      return new Selection(status, framed, List.of());
    }
    if (status != 200 || !Preconditions.isReading(request)) {
      return whole(request, status, typed, content.length());
    }
    Headers all = withDefault(typed, "ETag", content.etag());
    Instant modified = content.lastModified();
    if (modified != null && !all.contains("Last-Modified")) {
      all = all.with("Last-Modified", HttpDate.format(modified));
    }
    all = withDefault(all, "Accept-Ranges", "bytes");
    return switch (Preconditions.of(request, all)) {
      case FAILED -> refused(request, Preconditions.failed(request, all));
      case NOT_MODIFIED -> new Selection(304, Preconditions.notModified(request, all), List.of());
      case PROCEED -> ranges(request, all, content.length());
    };
  }

  private static Headers withDefault(Headers headers, String name, String value) {
    return headers.contains(name) ? headers : headers.with(name, value);
  }

  private static Selection whole(Request request, int status, Headers headers, long length) {
    Headers all = headers.set("Content-Length", Long.toString(length));
    boolean silent = length == 0 || request.method().equals("HEAD");
    return new Selection(status, all, silent ? List.of() : List.of(new Piece.Range(0, length)));
  }

  private static Selection refused(Request request, Response refusal) {
    byte[] text = refusal.body() instanceof Body.Bytes(byte[] bytes) ? bytes : new byte[0];
    Headers all = refusal.headers().set("Content-Length", Integer.toString(text.length));
    boolean silent = request.method().equals("HEAD");
    return new Selection(
        refusal.status(), all, silent ? List.of() : List.of(new Piece.Bytes(text)));
  }

  private static Selection ranges(Request request, Headers headers, long length) {
    if (!request.headers().contains("Range") || !request.method().equals("GET")) {
      return whole(request, 200, headers, length);
    }
    List<String> asked = request.headers().all("Range");
    boolean tried =
        asked.size() == 1
            && headers.first("Accept-Ranges").orElse("").equalsIgnoreCase("bytes")
            && isCurrent(request, headers);
    List<ByteRanges.Range> ranges = tried ? ByteRanges.of(asked.getFirst(), length) : null;
    if (ranges == null) {
      return whole(request, 200, headers, length);
    }
    if (ranges.isEmpty()) {
      return refused(
          request,
          Preconditions.refusal(
                  request,
                  416,
                  "there are " + length + " bytes, and none where they were asked for",
                  headers)
              .header("Content-Range", "bytes */" + length));
    }
    return ranges.size() == 1
        ? single(ranges.getFirst(), headers, length)
        : multiple(request, ranges, headers, length);
  }

  /** Whether the part that the client has is one of what there is now: If-Range, section 13.1.5. */
  private static boolean isCurrent(Request request, Headers headers) {
    List<String> values = request.headers().all("If-Range");
    if (values.isEmpty()) {
      return true;
    }
    String value = values.getFirst().trim();
    if (values.size() > 1) {
      return false;
    }
    if (value.endsWith("\"")) {
      return EntityTag.strong(value, headers.first("ETag").orElse(""));
    }
    Instant date = HttpDate.parse(value);
    return date != null && date.equals(Preconditions.date(headers, "Last-Modified"));
  }

  private static Selection single(ByteRanges.Range range, Headers headers, long length) {
    Headers all =
        headers
            .set("Content-Range", contentRange(range, length))
            .set("Content-Length", Long.toString(range.length()));
    return new Selection(206, all, List.of(new Piece.Range(range.first(), range.length())));
  }

  /** Several ranges: multipart/byteranges (RFC 9110, section 14.6). */
  private static Selection multiple(
      Request request, List<ByteRanges.Range> ranges, Headers headers, long length) {
    // Not to be guessed by who writes the content, so that it cannot stand in there.
    String boundary = UUID.randomUUID().toString();
    String type = headers.first("Content-Type").orElse(MediaTypes.BYTES);
    List<Piece> pieces = new ArrayList<>(ranges.size() * 2 + 1);
    long total = 0;
    String before = "--";
    for (ByteRanges.Range range : ranges) {
      byte[] head =
          (before
                  + boundary
                  + "\r\nContent-Type: "
                  + type
                  + "\r\nContent-Range: "
                  + contentRange(range, length)
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.ISO_8859_1);
      pieces.add(new Piece.Bytes(head));
      pieces.add(new Piece.Range(range.first(), range.length()));
      total += head.length + range.length();
      before = "\r\n--";
    }
    byte[] end = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1);
    pieces.add(new Piece.Bytes(end));
    if (total + end.length < 0) {
      return whole(request, 200, headers, length); // more bytes than a number can say
    }
    Headers all =
        headers
            .set("Content-Type", "multipart/byteranges; boundary=" + boundary)
            .set("Content-Length", Long.toString(total + end.length));
    return new Selection(206, all, List.copyOf(pieces));
  }

  private static String contentRange(ByteRanges.Range range, long length) {
    return "bytes " + range.first() + "-" + range.last() + "/" + length;
  }
}
