package dev.millrace.http;

/**
 * A filter that sets how long the bodies of some routes may be, in place of {@link
 * Limits#bodyBytes}. Where several apply, the innermost decides.
 *
 * <pre>{@code
 * app.filter(BodyLimit.of(20 << 20).requireLength());
 * }</pre>
 *
 * <p>A longer body is refused with 413 when it is read: before its first byte if its length is
 * declared, otherwise as soon as it is over the limit. The rest of it is not read.
 */
public final class BodyLimit implements Filter {
  private final long bytes;
  private final boolean lengthRequired;

  private BodyLimit(long bytes, boolean lengthRequired) {
    this.bytes = bytes;
    this.lengthRequired = lengthRequired;
  }

  /**
   * Bodies up to a length.
   *
   * @throws IllegalArgumentException when it is negative
   */
  public static BodyLimit of(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("body limit: " + bytes + " (expected: at least 0)");
    }
    return new BodyLimit(bytes, false);
  }

  /**
   * The same, refusing with 411 a body whose length is not declared (RFC 9110, section 15.5.12). A
   * request without a body passes.
   */
  public BodyLimit requireLength() {
    return new BodyLimit(bytes, true);
  }

  @Override
  public Response filter(Request request, Next next) throws Exception {
    request.bodyLimit(bytes);
    if (lengthRequired && request.hasBody() && !request.headers().contains("Content-Length")) {
      throw new HttpException(
          411, "the length of the body is not known (expected: Content-Length)");
    }
    return next.handle(request);
  }

  @Override
  public String toString() {
    return "BodyLimit[" + bytes + (lengthRequired ? ", length required]" : "]");
  }
}
