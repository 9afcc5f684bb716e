package dev.millrace.engine;

import dev.millrace.http.Headers;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.json.JsonException;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.stream.Event;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.Offered;
import dev.millrace.stream.Outbound;
import dev.millrace.stream.StreamClosedException;
import dev.millrace.stream.StreamHandler;
import dev.millrace.stream.StreamOptions;
import dev.millrace.stream.Task;
import dev.millrace.stream.Timer;
import dev.millrace.stream.Wire;
import dev.millrace.time.TimeSource;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream on any wire and any transport. It brings together the bytes on their way out ({@link
 * Outbound}), what the stream has started ({@link Lifecycle}), what it does by the clock ({@link
 * StreamClock}) and the {@link Exchange} that carries it.
 */
final class StreamSession implements LiveStream {
  private static final Logger log = LoggerFactory.getLogger(StreamSession.class);

  private final Dispatcher dispatcher;
  private final Call call;
  private final Wire wire;
  private final Outbound outbound;
  private final Lifecycle lifecycle;
  private final StreamClock clock;
  private final int status;

  /** Until the head has left. */
  private Headers headers;

  private final long began;

  StreamSession(
      Dispatcher dispatcher,
      Call call,
      Wire wire,
      StreamOptions options,
      int status,
      Headers headers) {
    this.dispatcher = dispatcher;
    this.call = call;
    this.wire = wire;
    this.status = status;
    this.headers = headers;
    this.outbound = new Outbound(wire, options, dispatcher.time());
    this.lifecycle = new Lifecycle(dispatcher.threads());
    this.clock = new StreamClock(this, options.heartbeat().toNanos());
    this.began = dispatcher.time().nanoTime();
    dispatcher.counters().streams.incrementAndGet();
  }

  /** Runs the handler, or sends what the source holds, on the request's own thread. */
  void run(@Nullable Object source) {
    clock.start();
    dispatcher.observers().opened(this);
    try {
      if (source instanceof StreamHandler handler) {
        handler.handle(this);
      } else {
        pipe(source);
      }
      if (lifecycle.handlerReturned()) {
        close(CloseReason.of(Kind.COMPLETED));
      }
    } catch (Throwable t) {
      failed(t);
    }
  }

  // --- sending ---

  @Override
  public Request request() {
    return call.request();
  }

  @Override
  public Optional<String> lastEventId() {
    return request().header("Last-Event-ID");
  }

  @Override
  public void send(@Nullable Object data) {
    send(data instanceof Event event ? event : Event.of(data));
  }

  @Override
  public void send(String name, @Nullable Object data) {
    send(Event.of(data).name(name));
  }

  @Override
  public void send(Event event) {
    Event encoded = encode(event);
    try {
      if (!outbound.send(encoded)) {
        throw closedException();
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    proceed();
  }

  @Override
  public Offered offer(@Nullable Object data) {
    return offer(data instanceof Event event ? event : Event.of(data));
  }

  @Override
  public Offered offer(Event event) {
    Event encoded;
    try {
      encoded = encode(event);
    } catch (RuntimeException e) {
      log.warn("an offered event was dropped", e);
      outbound.countDropped();
      return Offered.DROPPED;
    }
    Offered offered = outbound.offer(encoded);
    if (offered == Offered.QUEUED) {
      proceed();
    }
    return offered;
  }

  /** Adds an event that the high-water mark need not hold back. */
  boolean push(Event event) {
    boolean added = outbound.push(encode(event));
    if (added) {
      proceed();
    }
    return added;
  }

  private Event encode(Event event) {
    try {
      Object data = wire.encode(event.data(), dispatcher.json());
      boolean kept = data instanceof String && event.data() instanceof String;
      return kept ? event : event.data(data);
    } catch (JsonException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public void error(String message) {
    if (wire == Wire.RAW) {
      log.warn("no place for an error on {}: {}", request(), message);
    } else {
      send("error", Map.of("error", message));
    }
  }

  @Override
  public void comment(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "comment: NUL at index " + text.indexOf('\0') + " (expected: no NUL)");
    }
    if (!outbound.comment(text)) {
      throw closedException();
    }
    proceed();
  }

  void heartbeat() {
    outbound.heartbeat();
    call.exchange().wake();
  }

  @Override
  public OutputStream output() {
    return new RawOutput(this);
  }

  @Override
  public Writer writer() {
    return new OutputStreamWriter(output(), StandardCharsets.UTF_8);
  }

  void write(byte[] bytes, int from, int length) {
    try {
      if (!outbound.write(bytes, from, length)) {
        throw closedException();
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    proceed();
  }

  @Override
  public void pipe(@Nullable Object source) {
    try {
      new Pump(this, wire).pipe(source);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private StreamClosedException closedException() {
    return new StreamClosedException(lifecycle.reason());
  }

  private RuntimeException interrupted() {
    CloseReason reason = lifecycle.reason();
    Thread.currentThread().interrupt();
    return reason != null
        ? new StreamClosedException(reason)
        : new CancellationException("interrupted while the stream waited for its reader or source");
  }

  // --- the head ---

  @Override
  public void open() {
    if (lifecycle.commit()) {
      sendHead();
    }
  }

  private void sendHead() {
    call.exchange().stream(status, headers, outbound);
    headers = Headers.EMPTY;
  }

  /** Something has been added: the first time this sends the head with it. */
  private void proceed() {
    if (lifecycle.commit()) {
      sendHead();
    } else {
      call.exchange().wake();
    }
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

  private void close(CloseReason reason) {
    if (lifecycle.close(reason)) {
      call.interrupt();
      outbound.end();
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
      lifecycle.close(reason);
      outbound.discard();
      call.interrupt();
      Response response = dispatcher.errors().respond(request(), failure);
      dispatcher.writer().write(call, response);
      return;
    }
    String message = dispatcher.errors().messageFor(request(), failure);
    if (wire.carriesErrors()) {
      outbound.push(errorEvent(message));
      close(reason);
    } else if (lifecycle.close(reason)) {
      call.interrupt();
      cut();
    }
  }

  private Event errorEvent(String message) {
    return new Event(
        wire.encode(Map.of("error", message), dispatcher.json()), "error", null, null, null);
  }

  void stalled() {
    if (lifecycle.close(CloseReason.of(Kind.STALLED))) {
      log.info("{} takes nothing: its stream is cut", request());
    }
    call.interrupt();
    cut();
  }

  private void cut() {
    outbound.discard();
    call.exchange().abort();
    loop().execute(this::ended);
  }

  /** The client has gone. On the loop. */
  void gone() {
    outbound.discard();
    if (lifecycle.close(CloseReason.of(Kind.DISCONNECTED))) {
      call.interrupt();
    }
    ended();
  }

  /** The server is stopping: clients are told to come back, not all at once. On the loop. */
  void shutdown() {
    if (lifecycle.isOpen()) {
      outbound.retry(ThreadLocalRandom.current().nextLong(1000, 5000));
      close(CloseReason.of(Kind.SHUTDOWN));
    }
  }

  /** All has left, or nothing can. On the loop. */
  void ended() {
    clock.stop();
    if (lifecycle.isOpen()) {
      lifecycle.close(CloseReason.of(Kind.COMPLETED));
    }
    if (!lifecycle.markEnded()) {
      return;
    }
    var stats = outbound.stats(Duration.ofNanos(Math.max(0, dispatcher.time().nanoTime() - began)));
    dispatcher.counters().countDropped(stats.dropped());
    dispatcher.counters().streams.decrementAndGet();
    var observers = dispatcher.observers();
    lifecycle.cleanUpLater(
        observers.isEmpty() ? null : reason -> observers.closed(this, reason, stats));
  }

  // --- for the parts of a stream ---

  Outbound outbound() {
    return outbound;
  }

  Lifecycle lifecycle() {
    return lifecycle;
  }

  Counters counters() {
    return dispatcher.counters();
  }

  TimeSource time() {
    return dispatcher.time();
  }

  long stallNanos() {
    return dispatcher.limits().stallTime().toNanos();
  }

  Loop loop() {
    return call.exchange().loop();
  }
}
