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
final class SocketSession extends StreamSession implements LiveSocket, Runnable {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] NOTHING = {};

  /** How many messages listeners hear before a timer that is due has its turn. */
  private static final int TURN = 64;

  /** How long after the last registration listeners begin to hear, if their handler still runs. */
  private static final long SETTLED = 100_000_000;

  private final Terms terms;
  private final SocketEncoder frames;
  private final Inbox inbox;
  private final SocketIntake intake;
  private final SocketClose end;
  private final @Nullable Inflation inflation;
  private volatile @Nullable SocketListeners listeners;
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
    this.inflation = terms.agreement == null ? null : new Inflation(terms.agreement);
    this.inbox = new Inbox(options, terms.listens);
    this.intake = new SocketIntake(this, options, inflation != null, inbox);
    this.end = new SocketClose(this, frames, options.closeTime().toNanos());
  }

  Inbox inbox() {
    return inbox;
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
    if (isOpen() && !outbound().hasRoom()) {
      throw new IllegalStateException(
          "the reader is behind, and the event loop must not wait for it: use offer");
    }
    if (!push(event)) {
      throw new StreamClosedException(reason());
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

  // --- pulling ---

  @Override
  public Iterable<Message> messages() {
    startPulling();
    return () -> new Pulled(this);
  }

  @Override
  public Message receive() {
    startPulling();
    return pull(null).orElseThrow(() -> new StreamClosedException(reason()));
  }

  @Override
  public Optional<Message> receive(Duration timeout) {
    startPulling();
    Patience patience = new Patience(loop(), inbox);
    patience.begin(timeout);
    try {
      Optional<Message> message = pull(patience);
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
    open();
  }

  /** The next message; nothing at the end, or when the patience is. */
  Optional<Message> pull(@Nullable Patience patience) {
    while (true) {
      Object item = await(patience);
      if (item == null) {
        if (inbox.isExhausted()) {
          end.heard();
        }
        return Optional.empty();
      }
      readOn();
      Message message = messageOf(item);
      if (message != null) {
        return Optional.of(message);
      }
    }
  }

  private @Nullable Object await(@Nullable Patience patience) {
    try {
      return inbox.await(patience);
    } catch (InterruptedException e) {
      if (isOpen() && !end.isPending()) {
        throw interrupted();
      }
      return null;
    }
  }

  /** The message that something is; what is none is heard by those that want to. */
  private @Nullable Message messageOf(Object item) {
    switch (item) {
      case Message message -> {
        return message;
      }
      case Inbox.Deflated deflated -> {
        return inflated(deflated);
      }
      default -> {
        hear(item);
        return null;
      }
    }
  }

  private @Nullable Message inflated(Inbox.Deflated deflated) {
    Inflation by = java.util.Objects.requireNonNull(inflation);
    try {
      int most = terms.options.maxPayload();
      byte[] content =
          deflated.text()
              ? by.inflateText(deflated.payload(), most)
              : by.inflate(deflated.payload(), most);
      return new Message(content, deflated.text(), dispatcher().decoding());
    } catch (FrameException e) {
      inbox.drop();
      loop().execute(() -> intake.failInflating(e));
      return null;
    }
  }

  private void readOn() {
    if (inbox.mayReadOn()) {
      exchange().readMore();
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
    allListeners().onPing(listener);
  }

  @Override
  public void onPong(MessageListener<byte[]> listener) {
    allListeners().onPong(listener);
  }

  @Override
  public void onError(Consumer<Throwable> listener) {
    allListeners().onError(listener);
  }

  private SocketListeners listening() {
    inbox.checkListening();
    return allListeners();
  }

  private synchronized SocketListeners allListeners() {
    SocketListeners all = listeners;
    if (all == null) {
      all = new SocketListeners();
      listeners = all;
    }
    return all;
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
    SocketListeners all = listeners;
    if (inbox.handlerReturned(all != null && all.hearMessages())) {
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
    SocketListeners all = listeners;
    if (all != null && all.hear(control.ping())) {
      inbox.add(control);
    }
  }

  void heardFault(FrameException fault) {
    if (listeners != null) {
      inbox.add(fault);
    }
  }

  /** Has listeners hear what has come. On the loop. */
  void hearLater() {
    if (inbox.beginHearing()) {
      if (terms.options.runOnEventLoop()) {
        hearOnLoop();
      } else {
        begin(this);
      }
    }
  }

  /** Listeners hear, in the mailbox. */
  @Override
  public void run() {
    for (int i = 0; i < TURN; i++) {
      Object item = inbox.poll();
      if (item == null) {
        heardAll();
        return;
      }
      readOn();
      hear(item);
    }
    lifecycle().mailbox().submit(this);
  }

  private void hearOnLoop() {
    while (outbound().hasRoom() || !isOpen()) {
      Object item = inbox.poll();
      if (item == null) {
        heardAll();
        return;
      }
      readOn();
      hear(item);
    }
    if (!outbound().whenRoom(() -> loop().execute(this::hearOnLoop))) {
      loop().execute(this::hearOnLoop);
    }
  }

  private void heardAll() {
    if (inbox.isExhausted()) {
      end.heard();
    }
  }

  /** Never throws. */
  private void hear(Object item) {
    SocketListeners all = listeners;
    if (all == null || !isOpen()) {
      return;
    }
    try {
      switch (item) {
        case Inbox.Control control -> all.tell(control);
        case Throwable failure -> all.tell(failure);
        default -> {
          Message message = messageOf(item);
          if (message != null) {
            all.tell(message);
          }
        }
      }
    } catch (HttpException e) {
      atFault(all, e);
    } catch (Throwable t) {
      failed(t);
    }
  }

  /** A message did not fit: its sender is told. */
  private void atFault(SocketListeners all, HttpException refusal) {
    if (refusal.status() >= 500) {
      failed(refusal);
      return;
    }
    try {
      send(errorEvent(refusal));
    } catch (RuntimeException e) {
      // Who does not read is not told; who has gone is not there.
      failedToTell(e);
    }
    all.tell(refusal);
  }

  private void failedToTell(RuntimeException e) {
    if (!(e instanceof StreamClosedException) && !(e instanceof IllegalStateException)) {
      failed(e);
    }
  }

  // --- the clock ---

  @Override
  long tick() {
    open();
    long now = time().nanoTime();
    if (end.isPending() || !isOpen()) {
      return end.tick(now);
    }
    long settled = settle(now);
    long silent = intake.tick(now);
    return settled == 0 || (silent != 0 && silent < settled) ? silent : settled;
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
      inbox.stop();
      outbound().pushFrame(SocketClose.frame(full));
      outbound().end();
      proceed();
      loop().execute(end::begun);
    }
  }

  private static CloseReason withCode(CloseReason reason) {
    return switch (reason.kind()) {
      case SHUTDOWN -> reason.with(CloseCode.GOING_AWAY, "the server is stopping");
      case FAILED -> {
        // What a peer is told never holds an exception's message, but for what is meant for it.
        boolean peers = reason.failure() instanceof HttpException e && e.status() < 500;
        yield peers
            ? reason.with(
                CloseCode.POLICY, Frames.reason(((HttpException) reason.failure()).detail()))
            : reason.with(CloseCode.INTERNAL_ERROR, "internal error");
      }
      default -> reason.with(CloseCode.NORMAL, "");
    };
  }

  @Override
  void failedAfterHead(Throwable failure, CloseReason reason) {
    SocketListeners all = listeners;
    if (terms.listens) {
      dispatcher().errors().cut(request(), failure);
    } else {
      outbound().push(errorEvent(failure));
    }
    if (all != null) {
      all.tell(failure);
    }
    close(reason);
  }

  @Override
  void gone(Kind why) {
    if (end.connectionEnded()) {
      inbox.stop();
      super.gone(why);
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
