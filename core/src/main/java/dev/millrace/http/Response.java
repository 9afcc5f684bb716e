package dev.millrace.http;

import dev.millrace.stream.SocketHandler;
import dev.millrace.stream.SocketOptions;
import dev.millrace.stream.SocketSource;
import dev.millrace.stream.StreamHandler;
import dev.millrace.stream.StreamOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a handler answers: a status, headers and a body. Immutable; each method that changes
 * something returns another response. Made to be imported statically:
 *
 * <pre>{@code
 * import static dev.millrace.http.Response.*;
 *
 * app.get("/orders", request -> json(orders.list()));
 * app.get("/orders.csv", request -> stream(orders.csvLines()).type("text/csv").attachment("orders.csv"));
 * }</pre>
 */
public final class Response {
  private static final String HTML = "text/html;charset=utf-8";
  private static final String TEXT = "text/plain;charset=utf-8";
  private static final String JSON = "application/json";

  private final int status;
  private final Headers headers;
  private final Body body;

  private Response(int status, Headers headers, Body body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /**
   * A response without a body.
   *
   * @throws IllegalArgumentException when the status is not 200 to 599
   */
  public static Response of(int status) {
    return new Response(checked(status), Headers.EMPTY, Body.Bytes.NONE);
  }

  /** 200 with plain text in UTF-8. */
  public static Response text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8)).type(TEXT);
  }

  /** 200 with a page in UTF-8. The text is sent as it is: escape what users wrote. */
  public static Response html(String html) {
    return bytes(html.getBytes(StandardCharsets.UTF_8)).type(HTML);
  }

  /**
   * 200 with a value as JSON. A value that cannot be written becomes a 500.
   *
   * @param value {@code null} is JSON {@code null}
   */
  public static Response json(@Nullable Object value) {
    return new Response(200, Headers.EMPTY, new Body.Json(value)).type(JSON);
  }

  /**
   * 200 with bytes, as {@code application/octet-stream} unless another type is set.
   *
   * @param content not copied: to be left alone from now on
   */
  public static Response bytes(byte[] content) {
    return new Response(200, Headers.EMPTY, new Body.Bytes(content));
  }

  /**
   * 200 with a file: as a whole, or the ranges of it that the client asks for, or 304 when the
   * client has it already. Its type follows from its name unless another is set, its entity tag
   * from its size and the time of its last change. Reads the file's attributes at once and its
   * bytes when the response is sent; blocks.
   *
   * <p>A name that comes from a client does not belong into a path: {@code routes.files} is made
   * for that.
   *
   * @throws HttpException 404 when there is no such file, or it is a directory or a device
   * @throws java.io.UncheckedIOException when it cannot be looked at
   */
  public static Response file(Path file) {
    return content(FileContent.of(file));
  }

  /**
   * 200 with a resource of the class path; otherwise as {@link #file(Path)}. In a named module, a
   * resource that lies in a package is found only when the module opens that package.
   *
   * @param name as in {@code pages/index.html}; a slash in front makes no difference
   * @throws HttpException 404 when there is no such resource, or it is a directory
   */
  public static Response resource(String name) {
    return content(ResourceContent.of(name));
  }

  /**
   * 200 with a resource that lies beside a class; otherwise as {@link #resource(String)}.
   *
   * @param name relative to the class's package; absolute with a slash in front
   */
  public static Response resource(Class<?> beside, String name) {
    return content(ResourceContent.of(beside, name));
  }

  /** 200 with bytes that lie somewhere else; otherwise as {@link #file(Path)}. */
  public static Response content(Content content) {
    return new Response(200, Headers.EMPTY, new Body.File(content));
  }

  /**
   * A stream of what a source holds, closed when the source is exhausted or the client is gone.
   *
   * <p>The wire is chosen by the client's {@code Accept}: Server-Sent Events (also when it has no
   * preference), NDJSON, a JSON array or plain text. Where the response has a {@link #type} of its
   * own, the source's text or bytes themselves are sent, unless it names Server-Sent Events or
   * NDJSON.
   *
   * <p>The source is pulled on the request's virtual thread at the speed of the reader:
   *
   * <ul>
   *   <li>a string, number, boolean, {@code null}, map, record or any other object: one event;
   *   <li>an array, {@link Iterable}, {@link java.util.Iterator} or {@link
   *       java.util.stream.BaseStream}: one event per element;
   *   <li>a {@link java.util.concurrent.Flow.Publisher}: one event per item, requested as there is
   *       room, cancelled when the client goes;
   *   <li>a {@link java.util.concurrent.CompletionStage}: its value as one event;
   *   <li>an {@link java.io.InputStream}, {@link java.io.Reader}, {@link
   *       java.nio.channels.ReadableByteChannel}, {@link java.nio.file.Path} or {@code byte[]}:
   *       bytes, or text chunks where the wire is made of events;
   *   <li>a {@link java.util.concurrent.BlockingQueue} or {@link dev.millrace.stream.Subscription}:
   *       its elements as they come; stays open.
   * </ul>
   *
   * <p>A source that is {@link AutoCloseable} is closed at the end, whatever ended it. To stream
   * {@code null}, write {@code stream((Object) null)}.
   */
  public static Response stream(@Nullable Object source) {
    return new Response(200, Headers.EMPTY, new Body.Stream(source, null));
  }

  /**
   * A stream that a handler writes; see {@link dev.millrace.stream.LiveStream} for how long it
   * stays open. Unlike {@code app.stream(path, handler)} it leaves room for a refusal: what the
   * surrounding handler throws is always a real status.
   */
  public static Response stream(StreamHandler handler) {
    return new Response(200, Headers.EMPTY, new Body.Stream(handler, null));
  }

  /**
   * A WebSocket, for a request that asks for one; any other is answered with 426. What is thrown,
   * or answered otherwise, before this response is made, refuses the handshake.
   */
  public static Response socket(SocketHandler handler) {
    return socketOf(handler, null);
  }

  /** As {@link #socket(SocketHandler)}, with options of its own. */
  public static Response socket(SocketHandler handler, SocketOptions options) {
    return socketOf(handler, options);
  }

  private static Response socketOf(SocketHandler handler, @Nullable SocketOptions options) {
    Body body = new Body.Stream(new SocketSource(handler), null, options, true);
    return new Response(200, Headers.EMPTY, body);
  }

  /** As {@link #stream(StreamHandler)}, with options of its own. */
  public static Response stream(StreamHandler handler, StreamOptions options) {
    return new Response(200, Headers.EMPTY, new Body.Stream(handler, options));
  }

  /** 202: taken, and to be done. */
  public static Response accepted() {
    return of(202);
  }

  /** 204: done, and nothing to say. */
  public static Response noContent() {
    return of(204);
  }

  /**
   * 303: see another place, with GET.
   *
   * @param location an absolute or relative reference; checked as every header is
   */
  public static Response redirect(String location) {
    return redirect(303, location);
  }

  /**
   * A redirection of another kind: 301 or 308 for good, 302 or 307 for now; 307 and 308 repeat the
   * method and the body (RFC 9110, section 15.4).
   *
   * @throws IllegalArgumentException for another status
   */
  public static Response redirect(int status, String location) {
    switch (status) {
      case 301, 302, 303, 307, 308 -> {}
      default ->
          throw new IllegalArgumentException(
              "status: " + status + " (expected: 301, 302, 303, 307 or 308)");
    }
    return of(status).header("Location", location);
  }

  /** The status code. */
  public int status() {
    return status;
  }

  /** The headers set so far; those that every response has are added when it is sent. */
  public Headers headers() {
    return headers;
  }

  /** The first value of a header. */
  public java.util.Optional<String> header(String name) {
    return headers.first(name);
  }

  /** The body. */
  public Body body() {
    return body;
  }

  /** The same with another body: for filters that put something around a stream. */
  public Response body(Body newBody) {
    return new Response(status, headers, newBody);
  }

  /**
   * The same with another status.
   *
   * @throws IllegalArgumentException when it is not 200 to 599
   */
  public Response status(int newStatus) {
    return new Response(checked(newStatus), headers, body);
  }

  /**
   * The same with a header added.
   *
   * @throws IllegalArgumentException when the name is not a token, or the value holds CR, LF or NUL
   */
  public Response header(String name, String value) {
    return new Response(status, headers.with(name, value), body);
  }

  /** The same with another content type. On a stream it also decides the wire. */
  public Response type(String contentType) {
    return new Response(status, headers.set("Content-Type", contentType), body);
  }

  /**
   * The same with a {@code Content-Length}, for a stream whose length is known before. What it
   * writes is held against it: a write that would be too much throws {@link IllegalStateException},
   * and an end that comes too early cuts the response, so that the client sees it. Left out where
   * the response is made of events.
   *
   * @throws IllegalArgumentException when it is negative
   */
  public Response length(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("length: " + bytes + " (expected: zero or more)");
    }
    return new Response(status, headers.set("Content-Length", Long.toString(bytes)), body);
  }

  /**
   * The same with an entity tag (RFC 9110, section 8.8.3). A GET or HEAD whose client has this tag
   * is answered with 304 in its place, as long as the status is 200 and the body no stream.
   *
   * @param tag any text that changes whenever the body does, such as a version; made a strong tag
   *     unless it is one already, as {@code "7"} or {@code W/"7"} with its quotes
   * @throws IllegalArgumentException when it holds a space, a quote or what no header may
   */
  public Response etag(String tag) {
    return new Response(status, headers.set("ETag", EntityTag.of(tag)), body);
  }

  /**
   * The same with the time of its last change, to the second; otherwise as {@link #etag}, which is
   * the better choice where things change more often than that.
   */
  public Response lastModified(Instant time) {
    return new Response(status, headers.set("Last-Modified", HttpDate.format(time)), body);
  }

  /**
   * The same with a cookie, in a Set-Cookie header of its own. Of two with the same name, domain
   * and path, browsers keep the last.
   */
  public Response cookie(Cookie cookie) {
    return header("Set-Cookie", cookie.header());
  }

  /**
   * The same, to be saved by the browser under a name (RFC 6266). A name of other than ASCII
   * letters is sent as RFC 8187 says, beside a plain one for old clients.
   */
  public Response attachment(String fileName) {
    return new Response(
        status, headers.set("Content-Disposition", Disposition.attachment(fileName)), body);
  }

  Response headers(Headers all) {
    return new Response(status, all, body);
  }

  /**
   * The same, never to be compressed: because it holds a secret beside what others may choose
   * (BREACH), or because it cannot get smaller. What a handler has encoded itself stays encoded.
   */
  public Response uncompressed() {
    return headers.contains("Content-Encoding") ? this : header("Content-Encoding", "identity");
  }

  private static int checked(int status) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status: " + status + " (expected: 200 to 599)");
    }
    return status;
  }

  @Override
  public String toString() {
    return "Response[" + status + " " + body.getClass().getSimpleName() + "]";
  }
}
