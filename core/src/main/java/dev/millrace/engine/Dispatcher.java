package dev.millrace.engine;

import dev.millrace.http.Compression;
import dev.millrace.http.Decoding;
import dev.millrace.http.ErrorHandlers;
import dev.millrace.http.Handler;
import dev.millrace.http.Limits;
import dev.millrace.http.Request;
import dev.millrace.http.RequestHead;
import dev.millrace.http.Validator;
import dev.millrace.json.JsonCodec;
import dev.millrace.room.Rooms;
import dev.millrace.stream.SocketOptions;
import dev.millrace.stream.StreamObserver;
import dev.millrace.stream.StreamOptions;
import dev.millrace.time.TimeSource;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request that a transport has read a virtual thread of its own, on which it goes
 * through filters and routes to its handler, and its response back to the transport.
 */
public final class Dispatcher {
  private final Handler handler;
  private final ErrorHandlers errors;
  private final JsonCodec json;
  private final Decoding decoding;
  private final StreamOptions streams;
  private final SocketOptions sockets;
  private final Limits limits;
  private final TimeSource time;
  private final Counters counters = new Counters();
  private final Threads threads = new Threads(counters);
  private final Outboxes outboxes = new Outboxes(counters);
  private final ResponseWriter writer = new ResponseWriter(this);
  private final Observers observers;
  private final Rooms rooms;
  private final Compressor compressor;

  /** One processor less than there are: what a client makes them inflate leaves one to others. */
  private final Semaphore inflating =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() - 1), true);

  /**
   * A dispatcher for one application.
   *
   * @param handler everything: filters, routes, handlers
   * @param errors makes responses of what is thrown
   * @param json for bodies and events
   * @param validator checks what is read from requests
   * @param streams the options of streams that have none of their own
   * @param sockets the options of WebSockets that have none of their own
   * @param limits what one client may ask
   * @param time for timers and deadlines
   * @param observers told of streams
   * @param compression of responses
   * @param rooms of the application
   */
  public Dispatcher(
      Handler handler,
      ErrorHandlers errors,
      JsonCodec json,
      Validator validator,
      StreamOptions streams,
      SocketOptions sockets,
      Limits limits,
      TimeSource time,
      List<StreamObserver> observers,
      Compression compression,
      Rooms rooms) {
    this.handler = handler;
    this.errors = errors;
    this.json = json;
    this.decoding = new Decoding(json, validator, limits.bodyBytes());
    this.streams = streams;
    this.sockets = sockets;
    this.limits = limits;
    this.time = time;
    this.observers = new Observers(observers);
    this.rooms = rooms;
    this.compressor = new Compressor(compression);
  }

  /**
   * Takes a request, to be handled when it is {@linkplain #begin begun}. On the loop.
   *
   * @param body {@code null} when there is none
   */
  public Call accept(Exchange exchange, RequestHead head, @Nullable InputStream body) {
    if (body instanceof BodyPipe pipe) {
      pipe.watch(limits, time, counters);
    }
    return new Call(this, exchange, new Request(head, body, decoding));
  }

  /**
   * Begins to handle requests and messages, each on a virtual thread of its own. Returns at once.
   * What a loop has read in one turn is best begun together.
   *
   * @param work at least one; copied
   */
  public void begin(List<? extends Runnable> work) {
    if (work.size() == 1) {
      threads.start(work.getFirst());
    } else {
      threads.startAll(work);
    }
  }

  /** {@linkplain #accept Takes} a request and {@linkplain #begin begins} it at once. */
  public ExchangeListener dispatch(
      Exchange exchange, RequestHead head, @Nullable InputStream body) {
    Call call = accept(exchange, head, body);
    threads.start(call);
    return call;
  }

  /** What is alive now. */
  public Counters counters() {
    return counters;
  }

  Handler handler() {
    return handler;
  }

  ErrorHandlers errors() {
    return errors;
  }

  ResponseWriter writer() {
    return writer;
  }

  Decoding decoding() {
    return decoding;
  }

  JsonCodec json() {
    return json;
  }

  StreamOptions streams() {
    return streams;
  }

  SocketOptions sockets() {
    return sockets;
  }

  Limits limits() {
    return limits;
  }

  TimeSource time() {
    return time;
  }

  Threads threads() {
    return threads;
  }

  /** The turns of those that inflate long messages. */
  Semaphore inflating() {
    return inflating;
  }

  Outboxes outboxes() {
    return outboxes;
  }

  Compressor compressor() {
    return compressor;
  }

  Rooms rooms() {
    return rooms;
  }

  Observers observers() {
    return observers;
  }
}
