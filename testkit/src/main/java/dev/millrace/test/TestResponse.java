package dev.millrace.test;

import dev.millrace.http.Headers;
import dev.millrace.json.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A whole response. Immutable. */
public final class TestResponse {
  private final int status;
  private final Headers headers;
  private final byte[] content;

  TestResponse(int status, Headers headers, byte[] content) {
    this.status = status;
    this.headers = headers;
    this.content = content;
  }

  /** The status code. */
  public int status() {
    return status;
  }

  /** The header fields as they came. */
  public Headers headers() {
    return headers;
  }

  /** The first value of a header. */
  public Optional<String> header(String name) {
    return headers.first(name);
  }

  /** The body. */
  public byte[] bytes() {
    return content.clone();
  }

  /** The body as UTF-8. */
  public String text() {
    return new String(content, StandardCharsets.UTF_8);
  }

  /**
   * The body as a value read from JSON, by the standard codec.
   *
   * @throws dev.millrace.json.JsonException when it is not JSON or does not fit the type
   */
  public <T> T json(Class<T> type) {
    return JsonCodec.standard().decode(content, type);
  }

  /** For a failed assertion: the status, the headers and the text. */
  @Override
  public String toString() {
    return status + "\n" + headers + "\n" + text();
  }
}
