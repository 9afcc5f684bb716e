package dev.millrace.http;

import dev.millrace.json.JsonCodec;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a client asked for. Readable as long as anybody holds it, also from timers of a stream long
 * after its handler has returned.
 *
 * <p>The body is read by one thread at a time, usually that of filters and handler. Read
 * {@linkplain #bytes whole} it is kept, and can be had again; {@linkplain #input as it comes} it
 * can be read once. Everything else may be read from any thread without blocking.
 */
public final class Request {
  private static final String[] NONE = {};

  private final RequestHead head;
  private final @Nullable InputStream source;
  private final Decoding decoding;

  /** Made when somebody asks for the body: most requests have none, and streams stay for long. */
  private @Nullable RequestBody reader;

  /** Names and values of the path's parameters in turn; set when a route has been found. */
  private String[] parameters = NONE;

  private String route = "";

  private @Nullable Map<Key<?>, Object> attributes;

  /** Volatile: an event loop asks whether there are any, and must not wait for a monitor. */
  private volatile @Nullable List<Consumer<Outcome>> hooks;

  private boolean over;
  private volatile boolean abandoned;

  /**
   * Made by a test; handlers are given theirs. The body's limit is that of {@link Limits#DEFAULT}.
   *
   * @param body {@code null} when there is none
   */
  public Request(RequestHead head, @Nullable InputStream body, JsonCodec json) {
    this(head, body, new Decoding(json, Validator.NONE, Limits.DEFAULT.bodyBytes()));
  }

  /**
   * Made by an engine.
   *
   * @param body blocks until bytes have come; {@code null} when there is none
   * @param decoding how this server reads bodies and queries
   */
  public Request(RequestHead head, @Nullable InputStream body, Decoding decoding) {
    this.head = head;
    this.source = body;
    this.decoding = decoding;
  }

  /** The method as sent, as in {@code GET}. */
  public String method() {
    return head.method();
  }

  /**
   * Whether the client asks for a WebSocket: by {@code Upgrade} on HTTP/1.1, or an extended CONNECT
   * on HTTP/2 (RFC 8441), whose method is GET here.
   */
  public boolean isUpgrade() {
    return head.upgrade() != null;
  }

  /** The path as sent: still percent-encoded, without the query. */
  public String path() {
    String target = head.target();
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** The pattern of the route that answers, as {@code /chat/{room}}; empty where there is none. */
  public String route() {
    return route;
  }

  /**
   * A parameter of the path, decoded.
   *
   * @param name as it stands in the route's pattern, without braces
   * @throws IllegalArgumentException when the pattern has no such parameter
   */
  public String path(String name) {
    String value = PathParameters.find(parameters, name);
    if (value == null) {
      throw new IllegalArgumentException(
          "path parameter \"%s\" is not in this route's pattern (expected one of: %s)"
              .formatted(name, PathParameters.names(parameters)));
    }
    return value;
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
   * The value of a cookie as sent, quotes included. Of several with one name the first is taken,
   * which browsers send for the longest path; what is not {@code name=value} is passed over. Not
   * decoded: who has encoded it knows how.
   */
  public Optional<String> cookie(String name) {
    return Cookies.first(headers(), name);
  }

  /** All cookies by name, in order, 256 at most; as {@link #cookie} for each. */
  public Map<String, String> cookies() {
    return Cookies.all(headers());
  }

  /**
   * A parameter from wherever it comes: the path, then the query, then the body, if that is a form
   * or a JSON object. Blocks when the body has to be read for it.
   *
   * @return the first value; of a JSON object the property's text, for a number, boolean, array or
   *     object its JSON; empty when there is none, or JSON {@code null}
   * @throws HttpException 400 when the encoding of query, form or JSON is broken; otherwise as
   *     {@link #form()}
   */
  public Optional<String> param(String name) {
    String part = PathParameters.find(parameters, name);
    if (part != null) {
      return Optional.of(part);
    }
    Optional<String> queried = query(name);
    return queried.isPresent() ? queried : body().property(name, decoding.json(), this);
  }

  /**
   * Sets how long the body may be, in place of {@link Limits#bodyBytes}. For filters; {@link
   * BodyLimit} is one.
   *
   * @throws IllegalStateException when reading has begun
   */
  public void bodyLimit(long bytes) {
    body().limit(bytes);
  }

  boolean hasBody() {
    return source != null;
  }

  /**
   * The body as it comes, still in its {@code Content-Encoding}. Reading blocks until the client
   * has sent more, and reading slowly slows the client down. A body that has been read whole is
   * given again from its beginning.
   *
   * @return ends with the body; throws {@link HttpException} 413 when the body is over its limit:
   *     at once if its length is declared, otherwise with the first byte over it; 408 when it stops
   *     coming; {@link IOException} when the client goes away
   * @throws IllegalStateException after a multipart form has been read
   */
  public InputStream input() {
    return body().input();
  }

  /**
   * The body as it comes, in pieces of at most 16 KiB; otherwise as {@link #input}. Can be gone
   * through once; what {@code input()} would throw as {@link IOException} comes as {@link
   * java.io.UncheckedIOException}.
   */
  public Iterable<byte[]> chunks() {
    return body().chunks();
  }

  /**
   * The whole body, kept for all who ask. Blocks until it has come.
   *
   * @return not copied: to be left alone
   * @throws HttpException 413 when it is over its limit, 415 when it has a {@code Content-Encoding}
   *     (RFC 9110, section 15.5.16): only {@link #input} and {@link #chunks} give such a body
   * @throws IllegalStateException after {@link #input}, {@link #chunks}, {@link #parts} or a
   *     multipart {@link #form}: it has not been kept
   * @throws java.io.UncheckedIOException when the client goes away
   */
  public byte[] bytes() {
    return body().bytes();
  }

  /** The whole body as text, in the charset that it names, otherwise UTF-8; as {@link #bytes}. */
  public String text() {
    return body().text();
  }

  /** As {@link #form(FormLimits)} with {@link FormLimits#DEFAULT}. */
  public Form form() {
    return form(FormLimits.DEFAULT);
  }

  /**
   * The body as a form: {@code application/x-www-form-urlencoded} or {@code multipart/form-data}
   * (RFC 7578). Blocks until it has come; asked again, it gives the same form.
   *
   * <p>Larger files are put in temporary files, which are removed when the response has ended.
   *
   * @throws HttpException 415 for another type, 400 when it is not well formed, 413 above a limit
   * @throws IllegalStateException after {@link #input}, {@link #chunks} or {@link #parts}
   */
  public Form form(FormLimits limits) {
    return body().form(limits, this);
  }

  /** As {@link #parts(FormLimits)} with {@link FormLimits#DEFAULT}. */
  public Iterable<Part> parts() {
    return parts(FormLimits.DEFAULT);
  }

  /**
   * The parts of a {@code multipart/form-data} body as they come, for uploads that should go
   * elsewhere than to a temporary file. Can be gone through once, and blocks meanwhile:
   *
   * <pre>{@code
   * for (Part part : request.parts()) {
   *   if (part.fileName().isPresent()) {
   *     store.put(part.name(), part.input());
   *   }
   * }
   * }</pre>
   *
   * @throws HttpException as {@link #form(FormLimits)}, some of it while parts are read
   * @throws IllegalStateException after {@link #input}, {@link #chunks} or a multipart {@link
   *     #form}
   */
  public Iterable<Part> parts(FormLimits limits) {
    return body().parts(limits);
  }

  /**
   * The whole body as a value read from JSON and checked by the server's {@link Validator}. Blocks.
   *
   * @throws HttpException 415 when the body says that it is not JSON, 400 when it is not
   * @throws InvalidException 400 when it is, and does not fit the type, what the type's constructor
   *     {@linkplain Check checks}, or the validator
   */
  public <T> T body(Class<T> type) {
    return decoding.document(body().json(), type);
  }

  /**
   * As {@link #body(Class)}, for generic types.
   *
   * @param type for instance the generic return type of a method, or a library's type token
   */
  public Object body(Type type) {
    return decoding.document(body().json(), type);
  }

  /**
   * The query as a record, each component from the parameter of its name, checked by the server's
   * {@link Validator}. Components may be texts, numbers, booleans, enums, dates and the like, and
   * lists of those; one that may be missing is an {@link Optional} or can be {@code null}.
   * Parameters that the record does not have are ignored.
   *
   * @throws HttpException 400 when the query's encoding is broken
   * @throws InvalidException 400 when a parameter is missing, is there twice, or does not fit
   */
  public <T> T query(Class<T> type) {
    return decoding.texts("query", Query.values(rawQuery()), type);
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
   *
   * @throws IllegalStateException when the response has ended and all of this has run
   */
  public synchronized void after(Consumer<Outcome> hook) {
    if (over) {
      throw new IllegalStateException(this + " is over: nothing can be registered any more");
    }
    List<Consumer<Outcome>> registered = hooks;
    if (registered == null) {
      registered = new ArrayList<>(2);
      hooks = registered;
    }
    registered.add(hook);
  }

  /** Whether something is to run at the end. For engines. */
  public boolean hasHooks() {
    return hooks != null;
  }

  /** Takes what is to run at the end, in the order of its registration. For engines. */
  public synchronized List<Consumer<Outcome>> takeHooks() {
    List<Consumer<Outcome>> registered = hooks;
    List<Consumer<Outcome>> taken = registered == null ? List.of() : registered;
    hooks = null;
    over = true;
    return taken;
  }

  /**
   * Notes which route answers, and what it has read from the path. For engines.
   *
   * @param pattern of the route
   * @param namesAndValues in turn
   */
  public void route(String pattern, String... namesAndValues) {
    this.route = pattern;
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

  private RequestBody body() {
    RequestBody body = reader;
    if (body == null) {
      body = new RequestBody(head, source, decoding.bodyLimit());
      reader = body;
    }
    return body;
  }

  @Override
  public String toString() {
    return method() + " " + Syntax.printable(path());
  }
}
