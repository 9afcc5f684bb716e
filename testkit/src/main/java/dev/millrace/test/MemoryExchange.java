package dev.millrace.test;

import dev.millrace.engine.BodyPipe;
import dev.millrace.engine.Dispatcher;
import dev.millrace.engine.Exchange;
import dev.millrace.engine.ExchangeListener;
import dev.millrace.engine.Loop;
import dev.millrace.engine.SocketInput;
import dev.millrace.http.Headers;
import dev.millrace.http.RequestHead;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.Outbound;
import dev.millrace.time.Timeout;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response in memory: the server's side ({@link Exchange}), the client's
 * ({@link Client.Line}) and the connection between them.
 *
 * <p>The state belongs to the loop: every call from elsewhere becomes a task there. A response goes
 * from {@code WAITING} to {@code SENDING} (its head has left) to {@code DONE}.
 */
final class MemoryExchange implements Exchange, Client.Line, BodyPipe.Demand {
  /** What a connection holds for a reader that takes nothing. */
  static final int WINDOW = 64 * 1024;

  /** What one turn of the loop moves for one connection; the others want theirs. */
  private static final int TURN = 256 * 1024;

  private enum State {
    WAITING,
    SENDING,
    DONE
  }

  private final MemoryLoop loop;
  private final Transcript transcript;
  private final Duration stallTime;
  private final Consumer<MemoryExchange> onDone;
  private final AtomicBoolean awake = new AtomicBoolean();
  private final Headers request;
  private final byte[] requestBody;

  /** What the client sends after a request that becomes a WebSocket. */
  private final MemoryInput input;

  private @Nullable BodyPipe pipe;
  private @Nullable ExchangeListener listener;
  private State state = State.WAITING;

  /** Where the response's bytes come from: one of the two, once the head has left. */
  private byte[] rest = {};

  private @Nullable Outbound body;

  /** What waits in the connection while the reader is stalled. */
  private byte[] window = {};

  private int inWindow;
  private int sent;
  private boolean stalled;
  private boolean finished;
  private final Stall stall = new Stall();

  /** Cuts a response that waits for its reader for too long. */
  private final class Stall extends Timeout {
    @Override
    protected void expired() {
      if (state == State.SENDING && isBlocked()) {
        leave("the server gave up waiting for the reader", CloseReason.Kind.STALLED);
      }
    }
  }

  MemoryExchange(
      MemoryLoop loop,
      Transcript transcript,
      Duration stallTime,
      Client.Wanted wanted,
      Consumer<MemoryExchange> onDone) {
    this.loop = loop;
    this.transcript = transcript;
    this.stallTime = stallTime;
    this.request = wanted.headers();
    byte[] content = wanted.body();
    this.requestBody = content == null ? new byte[0] : content;
    this.input = new MemoryInput(loop);
    this.onDone = onDone;
  }

  /** The request has come. On the loop. */
  void begin(Dispatcher dispatcher, RequestHead head) {
    if (state == State.DONE) {
      return;
    }
    if (requestBody.length > 0) {
      pipe = new BodyPipe(this);
    }
    listener = dispatcher.dispatch(this, head, pipe);
  }

  // --- the request's body ---

  @Override
  public void wanted() {
    loop.execute(this::feed);
  }

  @Override
  public void consumed(int bytes) {
    loop.execute(this::feed);
  }

  private void feed() {
    BodyPipe target = pipe;
    if (target == null || state == State.DONE) {
      return;
    }
    long waiting = target.feed(new byte[0]);
    while (sent < requestBody.length && waiting < WINDOW) {
      int end = Math.min(requestBody.length, sent + WINDOW / 4);
      waiting = target.feed(Arrays.copyOfRange(requestBody, sent, end));
      sent = end;
    }
    if (sent == requestBody.length) {
      target.end();
      pipe = null;
    }
  }

  // --- the server's side ---

  @Override
  public Loop loop() {
    loop.seen();
    return loop;
  }

  @Override
  public void respond(int status, Headers headers, byte[] content) {
    loop.execute(() -> {
      if (head(status, headers)) {
        rest = content;
        drain();
      }
    });
  }

  @Override
  public void stream(int status, Headers headers, Outbound outbound) {
    loop.seen();
    loop.execute(() -> {
      if (head(status, headers)) {
        body = outbound;
        drain();
      }
    });
  }

  private boolean head(int status, Headers headers) {
    if (state != State.WAITING) {
      return false;
    }
    state = State.SENDING;
    transcript.head(status, headers);
    return true;
  }

  @Override
  public void upgrade(Headers headers, Outbound outbound, SocketInput target) {
    loop.seen();
    loop.execute(() -> {
      if (state != State.WAITING) {
        return;
      }
      Headers whole = headers.with("Upgrade", "websocket").with("Connection", "Upgrade");
      try {
        SocketHandshake.check(request, whole);
      } catch (ProtocolException e) {
        leave("the handshake failed: " + e.getMessage(), CloseReason.Kind.DISCONNECTED);
        return;
      }
      state = State.SENDING;
      transcript.upgraded(101, whole);
      body = outbound;
      drain();
      input.begin(target);
    });
  }

  @Override
  public void readMore() {
    input.readMore();
  }

  @Override
  public void wake() {
    if (awake.compareAndSet(false, true)) {
      loop.execute(this::drain);
    }
  }

  @Override
  public void abort() {
    loop.execute(() -> {
      if (done()) {
        transcript.cut("the server aborted the response");
      }
    });
  }

  /** Moves what there is and what the window has room for. On the loop. */
  private void drain() {
    awake.set(false);
    if (state != State.SENDING) {
      return;
    }
    int budget = TURN;
    while (budget > 0) {
      int moved = move(Math.min(budget, WINDOW - inWindow));
      if (moved == 0) {
        break;
      }
      budget -= moved;
    }
    if (budget == 0) {
      wake();
    } else if (body == null ? rest.length == 0 : body.isFinished()) {
      end();
    }
    if (budget < TURN || !isBlocked()) {
      loop.timers().cancel(stall);
    }
    if (isBlocked() && !stall.isScheduled()) {
      loop.timers().schedule(stall, stallTime.toNanos());
    }
  }

  /** Whether bytes wait and the window is full. */
  private boolean isBlocked() {
    return inWindow == WINDOW && (body == null ? rest.length > 0 : body.available() > 0);
  }

  private int move(int most) {
    if (body != null) {
      return most == 0 ? 0 : body.read(this::toReader, most);
    }
    int part = Math.min(most, rest.length);
    toReader(rest, 0, part);
    rest = Arrays.copyOfRange(rest, part, rest.length);
    return part;
  }

  /** All is in the window: for the server the response is over, for a stalled reader not yet. */
  private void end() {
    if (!finished) {
      finished = true;
      told(ExchangeListener::finished);
    }
    if (inWindow == 0 && done()) {
      transcript.end();
    }
  }

  private void toReader(byte[] bytes, int from, int length) {
    if (stalled) {
      System.arraycopy(bytes, from, window, inWindow, length);
      inWindow += length;
    } else {
      transcript.bytes(bytes, from, length);
    }
  }

  private void told(Consumer<ExchangeListener> event) {
    ExchangeListener core = listener;
    if (core != null) {
      event.accept(core);
    }
  }

  private boolean done() {
    if (state == State.DONE) {
      return false;
    }
    state = State.DONE;
    body = null;
    input.fail();
    loop.timers().cancel(stall);
    onDone.accept(this);
    return true;
  }

  /** The server is stopping. */
  void shutdown() {
    loop.execute(() -> {
      if (state != State.DONE && !finished) {
        told(ExchangeListener::shutdown);
      }
    });
  }

  /** The server has lost its patience. */
  void cut() {
    leave("the server stopped before the response was whole", CloseReason.Kind.DISCONNECTED);
  }

  // --- the client's side ---

  @Override
  public void stall() {
    loop.execute(() -> {
      if (stalled) {
        return;
      }
      stalled = true;
      window = new byte[WINDOW];
    });
    // What the test does next must find the reader stalled.
    loop.passThrough();
  }

  @Override
  public void resume() {
    loop.execute(() -> {
      stalled = false;
      transcript.bytes(window, 0, inWindow);
      inWindow = 0;
      window = new byte[0];
      drain();
    });
  }

  @Override
  public void write(byte[] bytes) throws IOException, InterruptedException {
    input.write(bytes);
  }

  @Override
  public void finish() {
    input.finish();
  }

  @Override
  public void work(Runnable task) {
    loop.work(task);
  }

  @Override
  public void close() {
    leave("the client closed the stream", CloseReason.Kind.DISCONNECTED);
  }

  @Override
  public void reset() {
    leave("the client reset the stream", CloseReason.Kind.DISCONNECTED);
  }

  private void leave(String why, CloseReason.Kind reason) {
    loop.execute(() -> {
      if (done()) {
        transcript.cut(why);
        if (pipe != null) {
          pipe.fail();
        }
        if (!finished) {
          told(core -> core.gone(reason));
        }
      }
    });
  }
}
