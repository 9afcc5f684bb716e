package dev.millrace;

import dev.millrace.cluster.Backplane;
import dev.millrace.engine.Dispatcher;
import dev.millrace.engine.Transport;
import dev.millrace.http.ErrorHandlers;
import dev.millrace.http.Filter;
import dev.millrace.http.Filters;
import dev.millrace.http.Handler;
import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.room.Room;
import dev.millrace.room.RoomOptions;
import dev.millrace.room.Rooms;
import dev.millrace.route.Router;
import dev.millrace.route.Routes;
import dev.millrace.stream.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * An application: its routes, its filters, and what starts it.
 *
 * <pre>{@code
 * var app = Millrace.create();
 * app.stream("/ticks", out -> {
 *   out.every(Duration.ofSeconds(1), () -> out.send(Map.of("time", Instant.now())));
 * });
 * app.start(8080);
 * }</pre>
 *
 * <p>Set up by one thread, before it is started.
 */
public final class Millrace implements Routes {
  private final Router router = new Router();
  private final Routes routes = router.routes();
  private final List<Filter> filters = new ArrayList<>();
  private final List<StreamObserver> observers = new ArrayList<>();
  private final ErrorHandlers errors = new ErrorHandlers();
  private final Rooms rooms = new Rooms();
  private volatile @Nullable Server server;

  private Millrace() {}

  /** An application without routes. */
  public static Millrace create() {
    return new Millrace();
  }

  @Override
  public Routes route(String method, String pattern, Handler handler) {
    routes.route(method, pattern, handler);
    return this;
  }

  @Override
  public Routes with(Filter... more) {
    return routes.with(more);
  }

  @Override
  public Routes with(String name, String... more) {
    return routes.with(name, more);
  }

  @Override
  public Routes under(String prefix) {
    return routes.under(prefix);
  }

  /**
   * Adds a filter for every request, also for those that no route fits. Filters run in their order.
   */
  public Millrace filter(Filter filter) {
    filters.add(filter);
    return this;
  }

  /**
   * Gives a filter a name, under which {@link Routes#with(String, String...)} finds it: in this
   * application's routes and in those of its controllers.
   *
   * @throws IllegalStateException when another filter has the name
   */
  public Millrace define(String name, Filter filter) {
    router.define(name, filter);
    return this;
  }

  /**
   * Answers for an exception type and all below it, in place of a 500. The closest type wins. For a
   * stream whose head has left, the answer's JSON or text becomes the error event.
   */
  public <E extends Throwable> Millrace onError(
      Class<E> type, ErrorHandlers.OnException<E> handler) {
    errors.on(type, handler);
    return this;
  }

  /**
   * Answers for a status, in place of the usual problem document. For a stream whose head has left,
   * the answer's JSON or text becomes the error event.
   */
  public Millrace onStatus(int status, ErrorHandlers.OnStatus handler) {
    errors.on(status, handler);
    return this;
  }

  /**
   * A room, to send to it or to ask about it, from any thread. It needs no making.
   *
   * @param name 1 to 256 characters, any but control characters and halves of surrogate pairs
   * @throws IllegalArgumentException when that is no name of a room
   */
  public Room room(String name) {
    return rooms.room(name);
  }

  /**
   * Sets what holds for rooms.
   *
   * @param pattern a name, or the beginning of names with a {@code *} after it; of several that
   *     fit, a whole name counts before the longest beginning
   */
  public Millrace rooms(String pattern, RoomOptions options) {
    rooms.options(pattern, options);
    return this;
  }

  /** Sets what keeps the rooms' messages, and brings them to other nodes; by default memory. */
  public Millrace backplane(Backplane backplane) {
    rooms.backplane(backplane);
    return this;
  }

  /** Adds an observer, to be told of all streams. */
  public Millrace observe(StreamObserver observer) {
    observers.add(observer);
    return this;
  }

  /**
   * Adds a route for load balancers: 200 while new clients are welcome, and 503 as soon as the
   * server begins to stop.
   */
  public Millrace readiness(String path) {
    get(path, this::ready);
    return this;
  }

  private Response ready(Request request) {
    Server current = server;
    if (current == null || !current.isReady()) {
      throw new HttpException(503, "the server is stopping").header("Retry-After", "5");
    }
    return Response.text("ready");
  }

  /** All of this as one handler, to be called without a server. */
  public Handler handler() {
    return Filters.chain(filters.stream().map(this::answering).toList(), answering(router));
  }

  /**
   * The application's filters see every response, also those that are made of what a route or a
   * filter further in has thrown; a route's own filters see the exception.
   */
  private Handler answering(Handler handler) {
    return request -> {
      try {
        return handler.handle(request);
      } catch (Throwable e) {
        return errors.respond(request, e);
      }
    };
  }

  private Filter answering(Filter filter) {
    return (request, next) -> answering(given -> filter.filter(given, next)).handle(request);
  }

  /**
   * Starts on a port of all addresses, in clear text: HTTP/1.1 and HTTP/2 with prior knowledge.
   *
   * @param port 0 to 65535; 0 lets the system choose
   * @throws UncheckedIOException when that is not possible; says why
   */
  public Server start(int port) {
    return start(ServerOptions.DEFAULT.listen(port));
  }

  /** Starts with options; otherwise as {@link #start(int)}. */
  public Server start(ServerOptions options) {
    Transport transport =
        ServiceLoader.load(Transport.class)
            .findFirst()
            .orElseThrow(() ->
                new IllegalStateException(
                    """
                    there is no engine on the class path. Add this dependency:
                      <dependency>
                        <groupId>dev.millrace</groupId>
                        <artifactId>millrace</artifactId>
                      </dependency>\
                    """));
    return start(options, transport);
  }

  /** Starts on a transport of the caller's; otherwise as {@link #start(int)}. */
  public Server start(ServerOptions options, Transport transport) {
    ServerOptions complete = options.listeners().isEmpty() ? options.listen(8080) : options;
    Dispatcher dispatcher =
        new Dispatcher(
            handler(),
            errors,
            complete.json(),
            complete.validator(),
            complete.streams(),
            complete.sockets(),
            complete.limits(),
            complete.time(),
            observers,
            complete.compression(),
            rooms);
    var config =
        new Transport.Config(
            complete.listeners(), complete.io(), complete.limits(), complete.time());
    try {
      Transport.Running running = transport.start(config, dispatcher);
      rooms.start(complete.json(), complete.time(), running.loop());
      Server started = new Server(running, dispatcher.counters(), complete, rooms);
      server = started;
      if (complete.stopOnExit()) {
        started.stopOnExit();
      }
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}
