package dev.millrace.test;

import dev.millrace.http.Headers;
import dev.millrace.json.JsonCodec;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request to be sent, as {@link TestApp#request} begins it. It changes with each call, belongs to
 * one thread, and may be sent several times.
 */
public final class TestRequest {
  private final TestApp app;
  private final JsonCodec json;
  private final String method;
  private final String target;
  private Headers headers = Headers.EMPTY;
  private byte @Nullable [] body;
  private boolean decodes;
  private @Nullable MultipartBody multipart;
  private boolean sized = true;

  TestRequest(TestApp app, JsonCodec json, String method, String target) {
    this.app = app;
    this.json = json;
    this.method = method;
    this.target = target;
  }

  /**
   * Adds a header.
   *
   * @throws IllegalArgumentException when the name is not a token, or the value holds CR, LF or NUL
   */
  public TestRequest header(String name, String value) {
    headers = headers.with(name, value);
    return this;
  }

  /** Sets what the client is ready to take. */
  public TestRequest accept(String mediaTypes) {
    headers = headers.set("Accept", mediaTypes);
    return this;
  }

  /**
   * Asks for gzip, and decodes it as it comes: the body is what the server has compressed. Without
   * this a request has no {@code Accept-Encoding}, and a body is never decoded. A compressed body
   * that ends too early counts as {@linkplain TestStream.End#CUT cut}.
   */
  public TestRequest compressed() {
    headers = headers.set("Accept-Encoding", "gzip");
    decodes = true;
    return this;
  }

  /**
   * Sets the body, and its type unless that is set already: text as {@code text/plain}, a {@code
   * byte[]} as {@code application/octet-stream}, anything else as JSON.
   */
  public TestRequest body(@Nullable Object content) {
    String type;
    switch (content) {
      case CharSequence text -> {
        body = text.toString().getBytes(StandardCharsets.UTF_8);
        type = "text/plain;charset=utf-8";
      }
      case byte[] bytes -> {
        body = bytes.clone();
        type = "application/octet-stream";
      }
      case null, default -> {
        body = json.encode(content);
        type = "application/json";
      }
    }
    if (!headers.contains("Content-Type")) {
      headers = headers.with("Content-Type", type);
    }
    return this;
  }

  /** Adds a cookie, to those that are there already. */
  public TestRequest cookie(String name, String value) {
    String pair = name + "=" + value;
    headers = headers.set("Cookie", headers.first("Cookie").map(c -> c + "; " + pair).orElse(pair));
    return this;
  }

  /**
   * Sends a form as browsers do, {@code application/x-www-form-urlencoded}.
   *
   * @param namesAndValues in turn
   * @throws IllegalArgumentException when a name has no value
   */
  public TestRequest form(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "form: " + namesAndValues.length + " strings (expected: names and values in pairs)");
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      text.append(i == 0 ? "" : "&").append(encode(namesAndValues[i]));
      text.append('=').append(encode(namesAndValues[i + 1]));
    }
    body = text.toString().getBytes(StandardCharsets.US_ASCII);
    headers = headers.set("Content-Type", "application/x-www-form-urlencoded");
    return this;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Adds a field to a form that is sent as {@code multipart/form-data}. */
  public TestRequest multipart(String name, String value) {
    return multipart(name, null, null, value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Adds a file to a form that is sent as {@code multipart/form-data}.
   *
   * @param fileName {@code null} for a field that is no file
   * @param type {@code null} for none
   */
  public TestRequest multipart(
      String name, @Nullable String fileName, @Nullable String type, byte[] content) {
    if (multipart == null) {
      multipart = new MultipartBody();
    }
    multipart.add(name, fileName, type, content);
    body = multipart.bytes();
    headers = headers.set("Content-Type", multipart.type());
    return this;
  }

  /**
   * Does not say how long the body is: it is sent chunked over HTTP/1.1, and without a length over
   * HTTP/2.
   */
  public TestRequest withoutLength() {
    sized = false;
    return this;
  }

  /** Offers subprotocols to a WebSocket, the preferred one first. */
  public TestRequest subprotocols(String... names) {
    headers = headers.set("Sec-WebSocket-Protocol", String.join(", ", names));
    return this;
  }

  /** Offers compression to a WebSocket, as browsers do. */
  public TestRequest deflate() {
    return deflate("permessage-deflate; client_max_window_bits");
  }

  /**
   * Offers compression to a WebSocket. Where the server accepts, a {@link TestSocket} compresses
   * what it sends, unless it is to do so in a window smaller than 15 bits, which the JDK cannot; a
   * {@link RawSocket} sends and shows what it is given.
   *
   * @param offer a value of {@code Sec-WebSocket-Extensions} (RFC 7692, section 7.1), or more than
   *     one, with commas
   */
  public TestRequest deflate(String offer) {
    headers = headers.set("Sec-WebSocket-Extensions", offer);
    return this;
  }

  /**
   * Sends the request and waits for the whole response, 5 s at most.
   *
   * @throws AssertionError when it does not come or is cut; says what came
   */
  public TestResponse send() {
    return send(TestStream.TIMEOUT);
  }

  /** As {@link #send()}, with another timeout. */
  public TestResponse send(Duration timeout) {
    try (TestStream stream = stream()) {
      return stream.awaitResponse(timeout);
    }
  }

  /** Sends the request and returns at once: the response is awaited piece by piece. */
  public TestStream stream() {
    var wanted = new Client.Wanted(method.toUpperCase(Locale.ROOT), target, headers, body, sized);
    return app.open(wanted, decodes);
  }

  /**
   * Asks for a WebSocket and returns at once. What the handshake needs is added, as long as no
   * header of the same name was given.
   *
   * @throws IllegalStateException when the request is no GET or has a body
   */
  public TestSocket socket() {
    return app.openSocket(handshake(), json);
  }

  /** As {@link #socket()}, for a client that sends what it is told. */
  public RawSocket rawSocket() {
    return app.openRawSocket(handshake());
  }

  private Client.Wanted handshake() {
    if (!method.equals("GET") || body != null) {
      throw new IllegalStateException(
          "%s %s%s cannot ask for a WebSocket (expected: GET without a body)"
              .formatted(method, target, body == null ? "" : " with a body"));
    }
    return new Client.Wanted(method, target, headers, null, sized);
  }

  @Override
  public String toString() {
    return method + " " + target;
  }
}
