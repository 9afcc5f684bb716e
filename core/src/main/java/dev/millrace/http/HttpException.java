package dev.millrace.http;

import java.io.Serial;

/**
 * An answer other than success, thrown from wherever it is noticed. Before the response's head has
 * left it becomes that status with a problem document (RFC 9457); in a stream that has begun it
 * becomes an error event, and the stream ends.
 *
 * <p>The detail is meant for the client and is sent to it.
 */
public sealed class HttpException extends RuntimeException permits InvalidException {
  @Serial private static final long serialVersionUID = 1;

  private final int status;
  private final transient Headers headers;

  /**
   * A refusal with a sentence for the client.
   *
   * @param status 400 to 599
   * @param detail what was wrong with this request, in a sentence
   * @throws IllegalArgumentException for another status
   */
  public HttpException(int status, String detail) {
    this(status, detail, Headers.EMPTY);
  }

  HttpException(int status, String detail, Headers headers) {
    super(detail, null, false, true);
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status: " + status + " (expected: 400 to 599)");
    }
    this.status = status;
    this.headers = headers;
  }

  /** The same with a header, such as {@code Retry-After} or {@code Allow}. */
  public HttpException header(String name, String value) {
    HttpException copy = new HttpException(status, detail(), headers.with(name, value));
    copy.setStackTrace(getStackTrace());
    return copy;
  }

  /** The status code: 400 to 599. */
  public int status() {
    return status;
  }

  /** The sentence for the client. */
  public String detail() {
    String message = getMessage();
    return message == null ? "" : message;
  }

  /** Headers to add to the answer. */
  public Headers headers() {
    return headers == null ? Headers.EMPTY : headers;
  }
}
