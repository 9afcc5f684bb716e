package dev.millrace.engine;

import dev.millrace.http.Headers;
import dev.millrace.http.HttpException;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.stream.Event;
import dev.millrace.stream.LiveSocket;
import dev.millrace.stream.Message;
import dev.millrace.stream.MessageListener;
import dev.millrace.stream.SocketEncoder;
import dev.millrace.stream.SocketOptions;
import dev.millrace.stream.StreamClosedException;
import dev.millrace.stream.StreamOptions;
import dev.millrace.stream.Wire;
import dev.millrace.websocket.Agreement;
import dev.millrace.websocket.CloseCode;
import dev.millrace.websocket.FrameException;
import dev.millrace.websocket.Frames;
import dev.millrace.websocket.Handshake;
import dev.millrace.websocket.Inflation;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stream on a WebSocket: what goes out is a stream's business, what comes in is read by the
 * {@link SocketIntake}, waits in the {@link Inbox}, and is handed from there to the handler or to
 * its listeners. {@link SocketClose} ends it.
 */
final class SocketSession extends StreamSession implements LiveSocket {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] NOTHING = {};

  /** How long after the last registration listeners begin to hear, if their handler still runs. */
  private static final long SETTLED = 100_000_000;

  private final Terms terms;
  private final SocketEncoder frames;
  private final Inbox inbox;
  private final SocketIntake intake;
  private final SocketClose end;
  private final SocketHearing hearing;
  private volatile long registeredAt;
  private @Nullable String id;

  /**
   * What holds for one socket.
   *
   * @param subprotocol as agreed on in the handshake
   * @param agreement on compression
   * @param listens whether a handler of sockets serves it, and not one of streams
   */
  record Terms(
      SocketOptions options,
      @Nullable String subprotocol,
      @Nullable Agreement agreement,
      boolean listens) {}

  SocketSession(
      Dispatcher dispatcher,
      Call call,
      Terms terms,
      StreamOptions stream,
      Headers headers,
      SocketEncoder frames) {
    super(
        dispatcher,
        call,
        Wire.WEBSOCKET,
        stream,
        101,
        Headers.EMPTY,
        new Compressor.Streamed(headers, frames),
        dispatcher.counters().sockets);
    SocketOptions options = terms.options;
    this.terms = terms;
    this.frames = frames;
    Agreement agreement = terms.agreement;
    this.inbox = new Inbox(options, terms.listens);
    this.intake = new SocketIntake(this, options, agreement != null, inbox);
    this.hearing =
        new SocketHearing(
            this, options, inbox, agreement == null ? null : new Inflation(agreement));
    this.end = new SocketClose(this, frames, options.closeTime().toNanos());
  }

  Inbox inbox() {
    return inbox;
  }

  SocketIntake intake() {
    return intake;
  }

  SocketClose end() {
    return end;
  }

  // --- what is known of it ---

  @Override
  public synchronized String id() {
    if (id == null) {
      byte[] bits = new byte[16];
      RANDOM.nextBytes(bits);
      id = HexFormat.of().formatHex(bits);
    }
    return id;
  }

  @Override
  public Optional<String> subprotocol() {
    return Optional.ofNullable(terms.subprotocol);
  }

  /** Whether its client may number what it sends. */
  boolean isNumbered() {
    return Handshake.MILLRACE.equals(terms.subprotocol);
  }

  // --- what goes out ---

  @Override
  void sendHead(Exchange exchange, int status, Headers headers) {
    exchange.upgrade(headers, outbound(), intake);
  }

  @Override
  public void send(Event event) {
    if (!terms.options.runOnEventLoop() || !loop().inLoop()) {
      super.send(event);
      return;
    }
    switch (offerEncoded(encode(event))) {
      case QUEUED -> {}
      case CLOSED -> throw new StreamClosedException(reason());
      case DROPPED ->
          throw new IllegalStateException(
              "the reader is behind, and the event loop must not wait for it: use offer");
    }
  }

  /** Bytes past the events: binary messages. */
  @Override
  void write(byte[] bytes, int from, int length) {
    send(Message.of(Arrays.copyOfRange(bytes, from, from + length)));
  }

  @Override
  public void ping(byte[] payload) {
    if (payload.length > Frames.MOST_CONTROL) {
      throw new IllegalArgumentException(
          "ping of %d bytes (expected: at most %d)".formatted(payload.length, Frames.MOST_CONTROL));
    }
    if (!isOpen()) {
      throw new StreamClosedException(reason());
    }
    open();
    byte[] frame = Frames.ping(payload);
    loop().execute(() -> control(frame));
  }

  void sendPing() {
    control(Frames.ping(NOTHING));
  }

  void answerPing(byte[] payload) {
    control(Frames.pong(payload));
  }

  private void control(byte[] frame) {
    frames.control(frame);
    exchange().wake();
  }

  @Override
  public void broadcast(@Nullable Object data) {
    rooms().route(this, request().route()).send(data);
  }

  @Override
  void joinRoute() {
    if (terms.listens && isOpen() && !request().route().isEmpty()) {
      rooms().joinRoute(this, request().route());
    }
  }

  // --- pulling ---

  @Override
  public Iterable<Message> messages() {
    startPulling();
    return () -> new Pulled(hearing);
  }

  @Override
  public Message receive() {
    startPulling();
    return hearing.pull(null).orElseThrow(() -> new StreamClosedException(reason()));
  }

  @Override
  public Optional<Message> receive(Duration timeout) {
    startPulling();
    Patience patience = new Patience(loop(), inbox);
    patience.begin(timeout);
    try {
      Optional<Message> message = hearing.pull(patience);
      if (message.isEmpty() && !patience.isOver()) {
        throw new StreamClosedException(reason());
      }
      return message;
    } finally {
      patience.end();
    }
  }

  private void startPulling() {
    inbox.pull();
    gather();
    open();
    if (isOver()) {
      close(CloseReason.of(Kind.COMPLETED));
    }
  }

  // --- listening ---

  @Override
  public void onMessage(MessageListener<Message> listener) {
    listening().onMessage(listener);
    registered();
  }

  @Override
  public <T> void on(Class<T> type, MessageListener<T> listener) {
    listening().on(type, listener);
    registered();
  }

  @Override
  public void onPing(MessageListener<byte[]> listener) {
    hearing.listeners().onPing(listener);
    keepOpen();
  }

  @Override
  public void onPong(MessageListener<byte[]> listener) {
    hearing.listeners().onPong(listener);
    keepOpen();
  }

  @Override
  public void onError(Consumer<Throwable> listener) {
    hearing.listeners().onError(listener);
  }

  private SocketListeners listening() {
    inbox.listen();
    return hearing.listeners();
  }

  private void registered() {
    boolean late = registeredAt != 0;
    registeredAt = Math.max(1, time().nanoTime());
    keepOpen();
    if (inbox.isUndecided() && (late || isSettled())) {
      loop().execute(() -> clock().lookAfter(SETTLED));
    }
  }

  /** Whether the look at the clock that every stream has at its beginning may have been. */
  private boolean isSettled() {
    return call().duration().toNanos() >= SETTLED / 2;
  }

  @Override
  void handlerReturned() {
    gather();
    if (inbox.handlerReturned(hearing.hasListeners())) {
      exchange().readMore();
    }
    if (inbox.isPulled()) {
      if (end.isPending()) {
        end.heard();
      } else {
        close(CloseReason.of(Kind.COMPLETED));
      }
      return;
    }
    super.handlerReturned();
    if (end.isPending() || inbox.hasSome()) {
      loop().execute(this::hearOrEnd);
    }
  }

  private void hearOrEnd() {
    hearLater();
    if (end.isPending() && inbox.end()) {
      end.heard();
    }
  }

  void heardControl(Inbox.Control control) {
    if (hearing.hears(control)) {
      inbox.add(control);
    }
  }

  void heardFault(FrameException fault) {
    if (hearing.hasListeners()) {
      inbox.add(fault);
    }
  }

  boolean hearNow(Message message) {
    return hearing.hearNow(message);
  }

  void hearLater() {
    hearing.hearLater();
  }

  // --- the clock ---

  @Override
  long tick() {
    open();
    long now = time().nanoTime();
    if (end.isPending() || !isOpen()) {
      return end.tick(now);
    }
    return sooner(tickRooms(now), sooner(settle(now), intake.tick(now)));
  }

  /** Listeners hear although their handler goes on. */
  private long settle(long now) {
    long at = registeredAt;
    if (at == 0 || !inbox.isUndecided()) {
      return 0;
    }
    if (now - at < SETTLED) {
      return at + SETTLED - now;
    }
    inbox.hear();
    hearLater();
    return 0;
  }

  // --- the end ---

  @Override
  public void close(int code, String reason) {
    if (!CloseCode.isSendable(code)) {
      throw new IllegalArgumentException(
          "close code %d (expected: 1000 to 1003, 1007 to 1014 or 3000 to 4999)".formatted(code));
    }
    int length = reason.getBytes(StandardCharsets.UTF_8).length;
    if (length > Frames.MOST_REASON) {
      throw new IllegalArgumentException(
          "close reason of %d bytes in UTF-8 (expected: at most %d)"
              .formatted(length, Frames.MOST_REASON));
    }
    close(CloseReason.of(Kind.CLOSED).with(code, reason));
  }

  @Override
  void close(CloseReason reason) {
    CloseReason full = reason.code() != 0 ? reason : withCode(reason);
    if (lifecycle().close(full)) {
      call().interrupt();
      boolean readOn = inbox.stop();
      outbound().pushFrame(SocketClose.frame(full));
      outbound().end();
      proceed();
      if (readOn) {
        exchange().readMore();
      }
      loop().execute(end::begun);
    }
  }

  private static CloseReason withCode(CloseReason reason) {
    return switch (reason.kind()) {
      case OVERTAKEN -> reason.with(CloseCode.TRY_AGAIN_LATER, "too slow");
      case SHUTDOWN -> reason.with(CloseCode.GOING_AWAY, "the server is stopping");
      case FAILED ->
          // What a peer is told never holds an exception's message, but for what is meant for it.
          reason.failure() instanceof HttpException e && e.status() < 500
              ? reason.with(CloseCode.POLICY, Frames.reason(e.detail()))
              : reason.with(CloseCode.INTERNAL_ERROR, "internal error");
      default -> reason.with(CloseCode.NORMAL, "");
    };
  }

  /** What is thrown because the client has gone is its end, and no failure. */
  @Override
  void failed(Throwable failure) {
    if (failure instanceof StreamClosedException && end.isPending()) {
      end.heard();
    } else {
      super.failed(failure);
    }
  }

  @Override
  void failedAfterHead(Throwable failure, CloseReason reason) {
    if (terms.listens) {
      dispatcher().errors().cut(request(), failure);
    } else {
      outbound().push(errorEvent(failure));
    }
    if (hearing.hasListeners()) {
      lifecycle().mailbox().submit(() -> hearing.tell(failure));
    }
    close(reason);
  }

  @Override
  void gone(Kind why) {
    if (end.connectionEnded()) {
      // In this order: a handler that finds nothing more to pull must find the socket gone.
      super.gone(why);
      inbox.stop();
    } else {
      outbound().discard();
    }
  }

  @Override
  CloseReason departure(Kind why) {
    return CloseReason.of(why).with(CloseCode.ABNORMAL, "");
  }

  @Override
  void ended() {
    if (end.connectionEnded()) {
      super.ended();
    }
  }
}
