package dev.millrace.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes a multipart body apart while it comes (RFC 2046, section 5.1; RFC 7578).
 *
 * <p>A body is a preamble, parts with a delimiter (CRLF, two hyphens, the boundary) before each,
 * the delimiter with two more hyphens, and an epilogue. Preamble and epilogue are thrown away. The
 * states: {@code PREAMBLE}, {@code CONTENT} of a part, {@code DONE}.
 *
 * <p>Only the first byte of a delimiter is a CR. So what has begun like one and went on otherwise
 * need not be looked at again: each byte is compared at most twice.
 *
 * <p>Strict where parsers differ, because what one of them takes for content is a part to another:
 * lines end with CRLF, a delimiter fills its line, headers are not folded.
 */
final class Multipart {
  private static final int BUFFER = 16 * 1024;
  private static final int LONGEST_BOUNDARY = 70;
  private static final String BOUNDARY_CHARS = "'()+_,-./:=? ";

  private enum State {
    PREAMBLE,
    CONTENT,
    DONE
  }

  private final InputStream source;
  private final FormLimits limits;
  private final byte[] delimiter;
  private final byte[] buffer = new byte[BUFFER];
  private State state = State.PREAMBLE;
  private @Nullable Part current;
  private int parts;
  private int files;

  /** What has been read and not yet taken: up to {@code safe} it is content for certain. */
  private int from;

  private int safe;
  private int to;

  /** At the start of a body, or of a part's content, a delimiter needs no CRLF of its own. */
  private boolean atLineStart = true;

  Multipart(InputStream source, String boundary, FormLimits limits) {
    this.source = source;
    this.limits = limits;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The boundary among a content type's parameters (RFC 2046, section 5.1.1).
   *
   * @throws HttpException 400 when there is none, or it is none
   */
  static String checkBoundary(Map<String, String> parameters) {
    String boundary = parameters.get("boundary");
    if (boundary == null) {
      throw new HttpException(400, "Content-Type: multipart/form-data has no boundary");
    }
    if (boundary.isEmpty() || boundary.length() > LONGEST_BOUNDARY) {
      throw new HttpException(
          400,
          "Content-Type: a boundary of %d characters (expected: 1 to %d)"
              .formatted(boundary.length(), LONGEST_BOUNDARY));
    }
    for (int i = 0; i < boundary.length(); i++) {
      char c = boundary.charAt(i);
      boolean plain = c < 0x80 && Character.isLetterOrDigit(c);
      if (!plain && BOUNDARY_CHARS.indexOf(c) < 0) {
        throw new HttpException(
            400, "Content-Type: the boundary has %s at index %d".formatted(Syntax.name(c), i));
      }
    }
    if (boundary.endsWith(" ")) {
      throw new HttpException(400, "Content-Type: the boundary ends with a space");
    }
    return boundary;
  }

  /**
   * The next part; what is left of the one before is thrown away.
   *
   * @return {@code null} after the last, when the whole body has been read
   */
  @Nullable Part next() throws IOException {
    current = null;
    if (state == State.DONE) {
      return null;
    }
    while (hasContent()) {
      from = safe;
    }
    if (!delimiterOpensPart()) {
      state = State.DONE;
      readEpilogue();
      return null;
    }
    return beginPart();
  }

  private Part beginPart() throws IOException {
    parts++;
    if (parts > limits.parts()) {
      throw new HttpException(413, "the form has over " + limits.parts() + " parts");
    }
    PartHead head = PartHead.of(parts, headerLines());
    if (head.fileName() != null) {
      files++;
      if (files > limits.files()) {
        throw new HttpException(413, "the form has over " + limits.files() + " files");
      }
    }
    state = State.CONTENT;
    atLineStart = true;
    Part part = new Part(this, head, limits);
    current = part;
    return part;
  }

  /** Reads of a part's content. */
  int read(Part part, byte[] target, int at, int length) throws IOException {
    Objects.checkFromIndexSize(at, length, target.length);
    if (part.isRead()) {
      return -1;
    }
    if (!part.equals(current)) {
      throw new IllegalStateException(
          "%s is over (expected: to be read before the next is asked for)".formatted(part));
    }
    if (length == 0) {
      return 0;
    }
    if (!hasContent()) {
      part.wasRead();
      return -1;
    }
    int taken = Math.min(length, safe - from);
    System.arraycopy(buffer, from, target, at, taken);
    from += taken;
    return taken;
  }

  // --- content ---

  /** Whether there is content at {@code from}; otherwise a delimiter stands there. */
  private boolean hasContent() throws IOException {
    while (safe == from) {
      int skipped = atLineStart ? 2 : 0;
      int matched = matches(from, skipped);
      if (skipped + matched == delimiter.length) {
        return false;
      }
      if (from + matched == to) {
        fill();
      } else {
        atLineStart = false;
        safe = contentUntil(from + matched);
      }
    }
    return true;
  }

  /** Where content ends for now: at what may become a delimiter, or at the buffer's end. */
  private int contentUntil(int start) {
    int at = start;
    while (at < to) {
      if (buffer[at] == '\r') {
        int matched = matches(at, 0);
        if (matched == delimiter.length || at + matched == to) {
          return at;
        }
        at += matched;
      } else {
        at++;
      }
    }
    return at;
  }

  /** How many bytes at a place are the delimiter's from its {@code skipped}th byte on. */
  private int matches(int at, int skipped) {
    int most = Math.min(delimiter.length - skipped, to - at);
    int matched = 0;
    while (matched < most && buffer[at + matched] == delimiter[skipped + matched]) {
      matched++;
    }
    return matched;
  }

  // --- what is between ---

  /** Reads what follows a delimiter: two hyphens at the end, otherwise the line's end. */
  private boolean delimiterOpensPart() throws IOException {
    from += delimiter.length - (atLineStart ? 2 : 0);
    safe = from;
    atLineStart = false;
    int b = take();
    boolean last = b == '-';
    if (last) {
      if (take() != '-') {
        throw notAlone();
      }
      b = takeOrEnd();
    }
    while (b == ' ' || b == '\t') {
      b = takeOrEnd();
    }
    if (b < 0 && last) {
      return false;
    }
    if (b != '\r' || take() != '\n') {
      throw b < 0 ? cut() : notAlone();
    }
    return !last;
  }

  private static HttpException notAlone() {
    return new HttpException(
        400, "form: a boundary is not alone on its line (expected: CRLF, or two hyphens and CRLF)");
  }

  private List<String> headerLines() throws IOException {
    List<String> lines = new ArrayList<>(3);
    ByteArrayOutputStream line = new ByteArrayOutputStream(80);
    int left = limits.headerBytes();
    while (true) {
      int b = take();
      if (--left < 0) {
        throw PartHead.bad(parts, "its headers are over " + limits.headerBytes() + " bytes");
      }
      if (b == '\r') {
        if (take() != '\n') {
          throw PartHead.bad(parts, "its headers have a CR without LF");
        }
        if (line.size() == 0) {
          return lines;
        }
        lines.add(PartHead.decode(parts, line.toByteArray()));
        line.reset();
      } else if ((b < ' ' && b != '\t') || b == 0x7f) {
        String name = b == '\n' ? "LF without CR" : Syntax.name((char) b);
        throw PartHead.bad(parts, "its headers have " + name);
      } else {
        line.write(b);
      }
    }
  }

  /** To its end, so that the connection may be used again. */
  private void readEpilogue() throws IOException {
    int read = 0;
    while (read >= 0) {
      read = source.read(buffer);
    }
  }

  // --- bytes ---

  private int take() throws IOException {
    int b = takeOrEnd();
    if (b < 0) {
      throw cut();
    }
    return b;
  }

  private int takeOrEnd() throws IOException {
    if (from == to && !filled()) {
      return -1;
    }
    int b = buffer[from++] & 0xff;
    safe = from;
    return b;
  }

  private void fill() throws IOException {
    if (!filled()) {
      throw cut();
    }
  }

  private boolean filled() throws IOException {
    System.arraycopy(buffer, from, buffer, 0, to - from);
    to -= from;
    safe -= from;
    from = 0;
    int read = source.read(buffer, to, buffer.length - to);
    if (read > 0) {
      to += read;
    }
    return read > 0;
  }

  private static HttpException cut() {
    return new HttpException(400, "form: the body ends before the last boundary");
  }
}
