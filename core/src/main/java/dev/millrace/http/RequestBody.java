package dev.millrace.http;

import dev.millrace.json.JsonCodec;
import dev.millrace.json.JsonException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a request's body is read: whole, and then kept for whoever asks again, or once as it comes.
 * Used by one thread at a time, as handlers and filters of a request are.
 */
final class RequestBody {
  static final String URL_ENCODED = "application/x-www-form-urlencoded";
  static final String MULTIPART = "multipart/form-data";
  private static final int PIECE = 16 * 1024;

  private final RequestHead head;
  private final @Nullable InputStream source;
  private long limit;

  /** What reads the source, once anybody does. */
  private @Nullable InputStream input;

  /** Who has taken the body as it comes; then it cannot be had whole. */
  private @Nullable String taker;

  private byte @Nullable [] whole;
  private @Nullable RuntimeException failure;
  private @Nullable Form form;
  private @Nullable Map<?, ?> properties;

  /**
   * A body that nobody has read yet.
   *
   * @param source {@code null} when there is none
   */
  RequestBody(RequestHead head, @Nullable InputStream source, long limit) {
    this.head = head;
    this.source = source;
    this.limit = limit;
  }

  void limit(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("body limit: " + bytes + " (expected: at least 0)");
    }
    if (input != null) {
      throw new IllegalStateException(
          "the body's limit cannot become %d: reading has begun (expected: a limit before that, as from a filter)"
              .formatted(bytes));
    }
    limit = bytes;
  }

  // --- as it comes ---

  InputStream input() {
    byte[] content = whole;
    return content != null ? new ByteArrayInputStream(content) : take("input() or chunks()");
  }

  Iterable<byte[]> chunks() {
    Pieces pieces = new Pieces(input());
    return () -> pieces;
  }

  Iterable<Part> parts(FormLimits limits) {
    Multipart multipart = multipart(limits, "parts()");
    Parts parts = new Parts(multipart);
    return () -> parts;
  }

  private InputStream take(String asker) {
    if (taker != null && !taker.equals(asker)) {
      throw new IllegalStateException(
          "%s after %s: the body of %s is read once as it comes (expected: bytes() or text() first, which keep it)"
              .formatted(asker, taker, head.method()));
    }
    taker = asker;
    return begun();
  }

  private InputStream begun() {
    InputStream begun = input;
    if (begun == null) {
      begun = source == null ? InputStream.nullInputStream() : limited(source);
      input = begun;
    }
    return begun;
  }

  private InputStream limited(InputStream all) {
    long declared = head.headers().first("Content-Length").map(Long::parseLong).orElse(-1L);
    return new LimitedInput(all, declared, limit);
  }

  // --- whole ---

  byte[] bytes() {
    if (failure != null) {
      throw failure;
    }
    byte[] content = whole;
    if (content == null) {
      if (taker != null) {
        throw new IllegalStateException(
            "the whole body after %s: it is not kept then (expected: bytes(), text(), body(…) or form() first)"
                .formatted(taker));
      }
      content = readWhole();
      whole = content;
    }
    return content;
  }

  private byte[] readWhole() {
    checkCoding();
    try {
      return begun().readAllBytes();
    } catch (IOException e) {
      // Kept, because what has been read until then is lost: a second try would find half a body.
      failure = new UncheckedIOException("the request's body did not arrive whole", e);
      throw failure;
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
  }

  String text() {
    Optional<String> name =
        Optional.ofNullable(HeaderParameters.of("Content-Type", contentType()).get("charset"));
    Charset charset = name.map(RequestBody::charset).orElse(StandardCharsets.UTF_8);
    return new String(bytes(), charset);
  }

  static Charset charset(String name) {
    try {
      return Charset.forName(name.strip());
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new HttpException(415, "charset " + Syntax.printable(name) + " is not known");
    }
  }

  /** RFC 9110, section 15.5.16: nothing is decompressed, so nothing can grow without a limit. */
  private void checkCoding() {
    for (String coding : head.headers().all("Content-Encoding")) {
      if (!coding.isBlank() && !coding.strip().equalsIgnoreCase("identity")) {
        throw new HttpException(
                415, "content coding " + Syntax.printable(coding) + " (expected: none)")
            .header("Accept-Encoding", "identity");
      }
    }
  }

  private String contentType() {
    return head.headers().first("Content-Type").orElse("");
  }

  String mediaType() {
    return HeaderParameters.main(contentType());
  }

  // --- forms ---

  Form form(FormLimits limits, Request request) {
    Form known = form;
    if (known == null) {
      known =
          switch (mediaType()) {
            case URL_ENCODED -> FormReader.urlEncoded(bytes(), limits);
            case MULTIPART -> multipartForm(limits, request);
            default -> throw notForm(URL_ENCODED + ", " + MULTIPART);
          };
      form = known;
    }
    return known;
  }

  private Form multipartForm(FormLimits limits, Request request) {
    if (failure != null) {
      throw failure;
    }
    Multipart multipart = multipart(limits, "form()");
    try {
      return FormReader.multipart(multipart, limits, request);
    } catch (RuntimeException e) {
      // Kept: who asks again, as the page of an error may, is to hear the same.
      failure = whole == null ? e : null;
      throw e;
    }
  }

  private Multipart multipart(FormLimits limits, String asker) {
    if (!mediaType().equals(MULTIPART)) {
      throw notForm(MULTIPART);
    }
    checkCoding();
    String boundary = Multipart.checkBoundary(HeaderParameters.of("Content-Type", contentType()));
    byte[] content = whole;
    InputStream from = content != null ? new ByteArrayInputStream(content) : takeOnce(asker);
    return new Multipart(from, boundary, limits);
  }

  private InputStream takeOnce(String asker) {
    if (asker.equals(taker)) {
      throw new IllegalStateException(asker + " twice: the parts are read once, as they come");
    }
    return take(asker);
  }

  private HttpException notForm(String expected) {
    String type = mediaType();
    return new HttpException(
            415,
            "content type %s (expected: %s)"
                .formatted(type.isEmpty() ? "is missing" : Syntax.printable(type), expected))
        .header("Accept", expected);
  }

  /** A field of a form, or a property of a JSON object. */
  Optional<String> property(String name, JsonCodec json, Request request) {
    if (source == null) {
      return Optional.empty();
    }
    String type = mediaType();
    if (type.equals(URL_ENCODED) || type.equals(MULTIPART)) {
      return form(FormLimits.DEFAULT, request).text(name);
    }
    if (!isJson(type)) {
      return Optional.empty();
    }
    Object value = properties(json).get(name);
    if (value == null) {
      return Optional.empty();
    }
    return Optional.of(
        value instanceof String text
            ? text
            : new String(json.encode(value), StandardCharsets.UTF_8));
  }

  /** The whole body, which must not say that it is anything but JSON. */
  byte[] json() {
    String type = mediaType();
    if (!type.isEmpty() && !isJson(type)) {
      throw new HttpException(
          415, "content type " + Syntax.printable(type) + " (expected: application/json)");
    }
    return bytes();
  }

  private static boolean isJson(String mediaType) {
    return mediaType.equals("application/json") || mediaType.endsWith("+json");
  }

  private Map<?, ?> properties(JsonCodec json) {
    Map<?, ?> known = properties;
    if (known == null) {
      try {
        known = json.decode(bytes(), Object.class) instanceof Map<?, ?> map ? map : Map.of();
      } catch (JsonException e) {
        throw new HttpException(400, "body: " + e.getMessage());
      }
      properties = known;
    }
    return known;
  }

  /** Pieces of a body, each as it has come. */
  private static final class Pieces implements Iterator<byte[]> {
    private final InputStream from;
    private final byte[] buffer = new byte[PIECE];
    private int length;

    Pieces(InputStream from) {
      this.from = from;
    }

    @Override
    public boolean hasNext() {
      if (length == 0) {
        try {
          length = from.read(buffer);
        } catch (IOException e) {
          throw new UncheckedIOException("the request's body did not arrive whole", e);
        }
      }
      return length > 0;
    }

    @Override
    public byte[] next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the body has ended");
      }
      byte[] piece = Arrays.copyOf(buffer, length);
      length = 0;
      return piece;
    }
  }

  /** Parts of a form, one at a time. */
  private static final class Parts implements Iterator<Part> {
    private final Multipart from;
    private @Nullable Part next;

    Parts(Multipart from) {
      this.from = from;
    }

    @Override
    public boolean hasNext() {
      if (next == null) {
        try {
          next = from.next();
        } catch (IOException e) {
          throw new UncheckedIOException("the request's body did not arrive whole", e);
        }
      }
      return next != null;
    }

    @Override
    public Part next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException("the form has no more parts");
      }
      Part part = next;
      next = null;
      return part;
    }
  }
}
