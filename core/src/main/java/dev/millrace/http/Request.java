package dev.millrace.http;

import dev.millrace.json.JsonCodec;
import dev.millrace.json.JsonException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a client asked for. Readable as long as anybody holds it, also from timers of a stream long
 * after its handler has returned; the body can be read once, by the handler.
 *
 * <p>Everything but the body may be read from any thread without blocking.
 */
public final class Request {
  private static final String[] NONE = {};

  private final RequestHead head;
  private final InputStream body;
  private final JsonCodec json;

  /** Names and values of the path's parameters in turn; set when a route has been found. */
  private String[] parameters = NONE;

  private @Nullable Map<Key<?>, Object> attributes;
  private @Nullable List<Consumer<Outcome>> hooks;
  private volatile boolean abandoned;

  /**
   * Made by an engine or by a test; handlers are given theirs.
   *
   * @param body blocks until bytes have come; throws {@link HttpException} 413 above the limit
   */
  public Request(RequestHead head, InputStream body, JsonCodec json) {
    this.head = head;
    this.body = body;
    this.json = json;
  }

  /** The method as sent, as in {@code GET}. */
  public String method() {
    return head.method();
  }

  /** The path as sent: still percent-encoded, without the query. */
  public String path() {
    String target = head.target();
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /**
   * A parameter of the path, decoded.
   *
   * @param name as it stands in the route's pattern, without braces
   * @throws IllegalArgumentException when the pattern has no such parameter
   */
  public String path(String name) {
    for (int i = 0; i < parameters.length; i += 2) {
      if (parameters[i].equals(name)) {
        return parameters[i + 1];
      }
    }
    throw new IllegalArgumentException(
        "path parameter \"%s\" is not in this route's pattern (expected one of: %s)"
            .formatted(name, parameterNames()));
  }

  /**
   * A parameter of the path made into a value.
   *
   * @param parse throws when the text is not one; as in {@code Long::parseLong}
   * @throws HttpException 404 when the text does not parse: there is nothing at such a path
   */
  public <T> T path(String name, Function<String, T> parse) {
    String text = path(name);
    try {
      return parse.apply(text);
    } catch (RuntimeException e) {
      throw new HttpException(404, "nothing at " + Syntax.printable(path()));
    }
  }

  /** The query as sent, without the question mark; empty when there is none. */
  public String rawQuery() {
    String target = head.target();
    int query = target.indexOf('?');
    return query < 0 ? "" : target.substring(query + 1);
  }

  /**
   * The first value of a query parameter, decoded.
   *
   * @throws HttpException 400 when its encoding is broken
   */
  public Optional<String> query(String name) {
    return Query.first(rawQuery(), name);
  }

  /**
   * The first value of a query parameter made into a value.
   *
   * @param parse throws when the text is not one; as in {@code Integer::parseInt}
   * @throws HttpException 400 when it does not parse
   */
  public <T> Optional<T> query(String name, Function<String, T> parse) {
    Optional<String> text = query(name);
    try {
      return text.map(parse);
    } catch (HttpException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new HttpException(
          400,
          "query parameter \"%s\": \"%s\" is not valid"
              .formatted(name, Syntax.printable(text.orElse(""))));
    }
  }

  /** All values of a query parameter, decoded, in order. */
  public List<String> queryAll(String name) {
    return Query.all(rawQuery(), name);
  }

  /** The header fields. */
  public Headers headers() {
    return head.headers();
  }

  /** The first value of a header. */
  public Optional<String> header(String name) {
    return head.headers().first(name);
  }

  /** The protocol: {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}. */
  public String protocol() {
    return head.protocol();
  }

  /** {@code http} or {@code https}: how the client is connected to this server itself. */
  public String scheme() {
    return head.scheme();
  }

  /** Host and port as the client named them (RFC 9110, section 7.2). Chosen by the client. */
  public String authority() {
    return head.authority();
  }

  /** The address of the peer that is connected: of the proxy, where there is one. */
  public SocketAddress remoteAddress() {
    return head.remote();
  }

  /**
   * The body as it comes. Reading blocks until the client has sent more, and reading slowly slows
   * the client down.
   *
   * @return ends with the body; throws {@link HttpException} 413 as soon as the body is over the
   *     limit, and {@link IOException} when the client goes away
   */
  public InputStream input() {
    return body;
  }

  /** The whole body. Blocks until it has come. */
  public byte[] bytes() {
    try {
      return body.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("the request's body did not arrive whole", e);
    }
  }

  /** The whole body as text, in the charset that it names, otherwise UTF-8. Blocks. */
  public String text() {
    return new String(bytes(), charset());
  }

  /**
   * The whole body as a value read from JSON. Blocks.
   *
   * @throws HttpException 415 when the body says that it is not JSON, 400 when it does not fit
   */
  public <T> T body(Class<T> type) {
    String mediaType = mediaType();
    if (!mediaType.isEmpty()
        && !mediaType.equals("application/json")
        && !mediaType.endsWith("+json")) {
      throw new HttpException(
          415, "content type " + Syntax.printable(mediaType) + " (expected: application/json)");
    }
    try {
      return json.decode(bytes(), type);
    } catch (JsonException e) {
      throw new HttpException(400, "body: " + e.getMessage());
    }
  }

  /** What a filter has put here under a key. */
  public <T> Optional<T> attribute(Key<T> key) {
    Map<Key<?>, Object> map = attributes;
    Object value = map == null ? null : map.get(key);
    return value == null ? Optional.empty() : Optional.of(key.cast(value));
  }

  /** Puts something here for the handler and for all that the stream starts. */
  public synchronized <T> void attribute(Key<T> key, T value) {
    if (attributes == null) {
      attributes = new ConcurrentHashMap<>(4);
    }
    attributes.put(key, value);
  }

  /**
   * Registers what runs once when the response has ended, whatever ended it: for a stream that is
   * when its client has gone or it was closed, and its own cleanups have run. The last registered
   * runs first; what one throws is logged and the others still run. Runs on a virtual thread and
   * may block.
   */
  public synchronized void after(Consumer<Outcome> hook) {
    if (hooks == null) {
      hooks = new ArrayList<>(2);
    }
    hooks.add(hook);
  }

  /** Whether something is to run at the end. For engines. */
  public synchronized boolean hasHooks() {
    return hooks != null;
  }

  /** Takes what is to run at the end, in the order of its registration. For engines. */
  public synchronized List<Consumer<Outcome>> takeHooks() {
    List<Consumer<Outcome>> taken = hooks == null ? List.of() : hooks;
    hooks = null;
    return taken;
  }

  /**
   * Sets what a route has read from the path. For engines.
   *
   * @param namesAndValues in turn
   */
  public void parameters(String... namesAndValues) {
    this.parameters = namesAndValues;
  }

  /**
   * Whether the client has gone away, so that nobody waits for the response. A handler of GET, HEAD
   * or OPTIONS is interrupted then; others may ask.
   */
  public boolean isAbandoned() {
    return abandoned;
  }

  /** Notes that the client has gone away. For engines. */
  public void abandon() {
    abandoned = true;
  }

  private String mediaType() {
    String type = header("Content-Type").orElse("");
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).trim().toLowerCase(Locale.ROOT);
  }

  private Charset charset() {
    String type = header("Content-Type").orElse("");
    int at = type.toLowerCase(Locale.ROOT).indexOf("charset=");
    if (at < 0) {
      return StandardCharsets.UTF_8;
    }
    String name = type.substring(at + "charset=".length()).replace("\"", "").trim();
    int end = name.indexOf(';');
    try {
      return Charset.forName(end < 0 ? name : name.substring(0, end).trim());
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new HttpException(415, "charset " + Syntax.printable(name) + " is not known");
    }
  }

  private String parameterNames() {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < parameters.length; i += 2) {
      names.append(names.isEmpty() ? "" : ", ").append(parameters[i]);
    }
    return names.isEmpty() ? "none" : names.toString();
  }

  @Override
  public String toString() {
    return method() + " " + Syntax.printable(path());
  }
}
