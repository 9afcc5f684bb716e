package dev.millrace.engine;

import dev.millrace.http.Headers;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.json.JsonCodec;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.stream.Event;
import dev.millrace.stream.Outbound;
import dev.millrace.stream.StreamClosedException;
import dev.millrace.stream.StreamHandler;
import dev.millrace.stream.StreamOptions;
import dev.millrace.stream.Task;
import dev.millrace.stream.Timer;
import dev.millrace.stream.Wire;
import dev.millrace.time.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream on any wire and any transport. It brings together the bytes on their way out ({@link
 * Outbound}), what the stream has started ({@link Lifecycle}), what it does by the clock ({@link
 * StreamClock}) and the {@link Exchange} that carries it.
 */
class StreamSession extends Joining {
  private static final Logger log = LoggerFactory.getLogger(StreamSession.class);

  private final Dispatcher dispatcher;
  private final Call call;
  private final Lifecycle lifecycle;
  private final StreamClock clock;
  private final AtomicInteger gauge;
  private final long heartbeatNanos;
  private final int status;

  /** Until the head has left. */
  private Headers headers;

  /**
   * A stream that has not begun.
   *
   * @param plain the headers before compression, which drops the length that is held against it
   * @param gauge counts those that are open
   */
  StreamSession(
      Dispatcher dispatcher,
      Call call,
      Wire wire,
      StreamOptions options,
      int status,
      Headers plain,
      Compressor.Streamed sent,
      AtomicInteger gauge) {
    super(wire, new Outbound(wire, options, dispatcher.time(), sent.encoder()), declared(plain));
    this.dispatcher = dispatcher;
    this.call = call;
    this.status = status;
    this.headers = sent.headers();
    this.lifecycle = new Lifecycle(dispatcher.threads());
    this.clock = new StreamClock(this);
    this.heartbeatNanos = options.heartbeat().toNanos();
    this.gauge = gauge;
    gauge.incrementAndGet();
  }

  private static @Nullable Declared declared(Headers headers) {
    String length = headers.first("Content-Length").orElse(null);
    return length == null ? null : new Declared(Long.parseLong(length));
  }

  /** Runs the handler, or sends what the source holds, on the request's own thread. */
  void run(@Nullable Object source) {
    clock.start();
    dispatcher.observers().opened(this);
    try {
      if (source instanceof StreamHandler handler) {
        handler.handle(this);
        flushText();
      } else {
        pipe(source);
      }
      handlerReturned();
    } catch (Throwable t) {
      failed(t);
    }
  }

  /** The handler has returned, or the source is exhausted. */
  void handlerReturned() {
    gather();
    boolean idle = lifecycle.handlerReturned();
    if (isOver() && wire() == Wire.SSE && lifecycle.commit()) {
      // Otherwise a browser would ask again and again (WHATWG HTML, section 9.2.3).
      insteadOfStream(CloseReason.of(Kind.COMPLETED), Response.noContent());
    } else if (idle || isOver()) {
      close(CloseReason.of(Kind.COMPLETED));
    }
  }

  /** Another response, in place of the head that has not left. */
  private void insteadOfStream(CloseReason reason, Response response) {
    lifecycle.close(reason);
    outbound().discard();
    call.interrupt();
    loop().execute(this::ended);
    dispatcher.writer().write(call, response);
  }

  // --- the request ---

  @Override
  public Request request() {
    return call.request();
  }

  @Override
  public Optional<String> lastEventId() {
    Optional<String> field = request().header("Last-Event-ID");
    return field.isPresent() ? field : request().query("lastEventId");
  }

  @Override
  public void pipe(@Nullable Object source) {
    try {
      new Pump(this, wire()).pipe(source);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  // --- the head ---

  @Override
  public void open() {
    if (lifecycle.commit()) {
      sendHead();
    }
  }

  private void sendHead() {
    sendHead(call.exchange(), status, headers);
    headers = Headers.EMPTY;
  }

  void sendHead(Exchange exchange, int withStatus, Headers fields) {
    exchange.stream(withStatus, fields, outbound());
  }

  @Override
  void proceed() {
    if (lifecycle.commit()) {
      sendHead();
    } else {
      call.exchange().wake();
    }
  }

  /**
   * What is to be done by the clock. On the loop.
   *
   * @return the nanoseconds until it is to look again; 0 for never
   */
  long tick() {
    open();
    long now = time().nanoTime();
    return sooner(tickRooms(now), beat(now));
  }

  private long beat(long now) {
    if (heartbeatNanos == 0) {
      return 0;
    }
    long silent = now - outbound().lastRead();
    if (silent < heartbeatNanos) {
      return heartbeatNanos - silent;
    }
    // Does nothing where bytes wait already.
    outbound().heartbeat();
    exchange().wake();
    return heartbeatNanos;
  }

  /** Of two times to look again, 0 for never, the earlier. */
  static long sooner(long one, long other) {
    return one == 0 || (other != 0 && other < one) ? other : one;
  }

  // --- what is attached ---

  @Override
  public void keepOpen() {
    lifecycle.keepOpen();
    open();
  }

  @Override
  public Timer every(Duration period, Task task) {
    if (period.toMillis() < 1) {
      throw new IllegalArgumentException("period: " + period + " (expected: at least 1 ms)");
    }
    return startTimer(period.toNanos(), new StreamTimer(this, loop(), task, period.toNanos()));
  }

  @Override
  public Timer after(Duration delay, Task task) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay: " + delay + " (expected: zero or more)");
    }
    return startTimer(delay.toNanos(), new StreamTimer(this, loop(), task, 0));
  }

  private Timer startTimer(long delayNanos, StreamTimer timer) {
    lifecycle.attach(timer);
    timer.start(delayNanos);
    open();
    return timer;
  }

  @Override
  public <T extends AutoCloseable> T attach(T subscription) {
    try {
      lifecycle.attach(subscription);
    } catch (StreamClosedException e) {
      onClose(subscription::close);
      return subscription;
    }
    open();
    return subscription;
  }

  void detached(AutoCloseable resource) {
    if (lifecycle.detach(resource)) {
      close(CloseReason.of(Kind.COMPLETED));
    }
  }

  // --- the end ---

  @Override
  public void close() {
    close(CloseReason.of(Kind.CLOSED));
  }

  @Override
  void close(CloseReason reason) {
    RuntimeException shortfall = shortfall();
    if (shortfall != null && lifecycle.isOpen() && reason.kind() != Kind.SHUTDOWN) {
      failed(shortfall);
    } else if (shortfall != null && lifecycle.close(reason)) {
      call.interrupt();
      cut();
    } else if (lifecycle.close(reason)) {
      call.interrupt();
      outbound().end();
      proceed();
    }
  }

  @Override
  public boolean isOpen() {
    return lifecycle.isOpen();
  }

  @Override
  public CompletionStage<CloseReason> closed() {
    return lifecycle.closed().minimalCompletionStage();
  }

  @Override
  public void onClose(Task cleanup) {
    lifecycle.onClose(Lifecycle.cleanup(cleanup));
  }

  @Override
  public void onClose(Consumer<CloseReason> cleanup) {
    lifecycle.onClose(cleanup);
  }

  /**
   * Something of the stream threw. Before the head has left this is an ordinary refusal; after it,
   * an error event where the wire has such a thing, and otherwise a cut.
   */
  void failed(Throwable failure) {
    if (!lifecycle.isOpen()) {
      log.debug("thrown after {} had ended", request(), failure);
      return;
    }
    CloseReason reason = CloseReason.failed(failure);
    if (lifecycle.commit()) {
      insteadOfStream(reason, KeptHeaders.onto(call.errorResponse(failure), headers));
      return;
    }
    failedAfterHead(failure, reason);
  }

  void failedAfterHead(Throwable failure, CloseReason reason) {
    if (wire().carriesErrors()) {
      outbound().push(errorEvent(failure));
      close(reason);
    } else if (lifecycle.close(reason)) {
      dispatcher.errors().cut(request(), failure);
      call.interrupt();
      cut();
    }
  }

  @Override
  final void endShort(CloseReason reason) {
    if (wire() == Wire.SSE || wire() == Wire.WEBSOCKET) {
      // Their clients come back.
      close(reason);
    } else if (wire().carriesErrors()) {
      outbound().push(new Event("{\"error\":\"too slow\"}", "error", null, null, null));
      close(reason);
    } else if (lifecycle.close(reason)) {
      call.interrupt();
      cut();
    }
  }

  final Event errorEvent(Throwable failure) {
    Object data =
        dispatcher
            .errors()
            .eventFor(request(), failure, value -> wire().encode(value, dispatcher.json()));
    return new Event(data, "error", null, null, null);
  }

  final void cut() {
    outbound().discard();
    call.exchange().abort();
    loop().execute(this::ended);
  }

  /** The client has gone, or takes nothing. On the loop. */
  void gone(Kind why) {
    // In this order: a sender that finds the buffer closed must find the stream closed too.
    boolean first = lifecycle.close(departure(why));
    if (why == Kind.STALLED) {
      log.info("{} takes nothing: its stream is cut", request());
    }
    outbound().discard();
    if (first) {
      call.interrupt();
    }
    ended();
  }

  CloseReason departure(Kind why) {
    return CloseReason.of(why);
  }

  /** The server is stopping: clients are told to come back, not all at once. On the loop. */
  void shutdown() {
    if (lifecycle.isOpen()) {
      outbound().retry(ThreadLocalRandom.current().nextLong(1000, 5000));
      close(CloseReason.of(Kind.SHUTDOWN));
    }
  }

  /** All has left, or nothing can. On the loop. */
  void ended() {
    clock.stop();
    leaveAll();
    if (lifecycle.isOpen()) {
      lifecycle.close(CloseReason.of(Kind.COMPLETED));
    }
    if (!lifecycle.markEnded()) {
      return;
    }
    var stats = outbound().stats(call.duration());
    dispatcher.counters().countDropped(stats.dropped());
    if (dispatcher.observers().isEmpty() && !call.request().hasHooks()) {
      lifecycle.cleanUpLater(gauge::decrementAndGet, null);
      call.over(Objects.requireNonNull(lifecycle.reason()), stats.bytes(), stats.events());
      return;
    }
    lifecycle.cleanUpLater(
        gauge::decrementAndGet,
        reason -> {
          dispatcher.observers().closed(this, reason, stats);
          call.over(reason, stats.bytes(), stats.events());
        });
  }

  // --- for the parts of a stream ---

  @Override
  JsonCodec json() {
    return dispatcher.json();
  }

  @Override
  @Nullable CloseReason reason() {
    return lifecycle.reason();
  }

  @Override
  Lifecycle lifecycle() {
    return lifecycle;
  }

  Counters counters() {
    return dispatcher.counters();
  }

  TimeSource time() {
    return dispatcher.time();
  }

  final Loop loop() {
    return exchange().loop();
  }

  @Override
  final Exchange exchange() {
    return call.exchange();
  }

  final Call call() {
    return call;
  }

  @Override
  final Dispatcher dispatcher() {
    return dispatcher;
  }

  @Override
  final StreamClock clock() {
    return clock;
  }

  @Override
  final void begin(Runnable work) {
    lifecycle.mailbox().submit(work, loop(), dispatcher);
  }
}
