package dev.millrace.netty;

import dev.millrace.engine.BodyPipe;
import dev.millrace.engine.Exchange;
import dev.millrace.engine.ExchangeListener;
import dev.millrace.engine.Loop;
import dev.millrace.engine.SocketInput;
import dev.millrace.http.Headers;
import dev.millrace.http.HttpException;
import dev.millrace.http.Problem;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.Outbound;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One request on an HTTP/2 connection and the response to it, and with it the stream's send window
 * (RFC 9113, section 6.9.1). All but the methods of {@link Exchange} belongs to the event loop.
 */
final class Http2Exchange implements Exchange, BodyPipe.Demand, Runnable {
  private static final Http2Headers CONTINUE =
      ReadOnlyHttp2Headers.serverHeaders(false, AsciiString.cached("100"));

  private final Http2Connection connection;
  private final Http2Stream stream;
  private final AtomicBoolean woken = new AtomicBoolean();
  private @Nullable BodyPipe body;
  private @Nullable BodyDeadline deadline;
  private @Nullable ExchangeListener listener;
  private @Nullable Outbound outbound;
  private @Nullable Http2Socket socket;
  private int window;

  /** Since when bytes wait for the client's window, in the time source's nanoseconds; 0 is not. */
  private long blockedSince;

  private boolean expectsContinue;
  private boolean headSent;
  private boolean ready;
  private boolean held;
  private boolean done;

  Http2Exchange(Http2Connection connection, Http2Stream stream, int window) {
    this.connection = connection;
    this.stream = stream;
    this.window = window;
  }

  Http2Stream stream() {
    return stream;
  }

  void listener(ExchangeListener newListener) {
    this.listener = newListener;
  }

  // --- the request's body ---

  /**
   * Makes ready for what follows a head.
   *
   * @param whole nothing does
   * @param asksForSocket what does is no body
   */
  @Nullable BodyPipe expect(boolean whole, boolean asksForSocket, boolean awaitsContinue) {
    if (asksForSocket) {
      socket = new Http2Socket(connection, this, whole);
    } else if (!whole) {
      expectsContinue = awaitsContinue;
      BodyPipe pipe = new BodyPipe(this);
      body = pipe;
      deadline = new BodyDeadline(pipe, loop().timers(), connection.limits().bodyTime().toNanos());
    }
    return body;
  }

  /**
   * Takes bytes of the request, or of the WebSocket; the client may send as many again once they
   * have been read.
   *
   * @return for how many it may do so at once
   */
  int receive(ByteBuf data, boolean last) {
    int length = data.readableBytes();
    BodyPipe pipe = body;
    if (socket != null) {
      return socket.receive(data, last);
    }
    if (pipe == null || done) {
      return length;
    }
    long waiting = pipe.feed(ByteBufUtil.getBytes(data));
    if (last) {
      pipe.end();
      stopDeadline();
    } else if (deadline != null && deadline.isScheduled()) {
      deadline.restart();
    }
    // A pipe that has refused the body keeps nothing: then there is credit at once.
    return waiting == 0 ? length : 0;
  }

  boolean isRequestWhole() {
    return stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE
        || stream.state() == Http2Stream.State.CLOSED;
  }

  /** Clients send within their windows without being asked, but from now on they are waited for. */
  @Override
  public void wanted() {
    loop()
        .execute(() -> {
          if (deadline != null && !done && !isRequestWhole()) {
            deadline.restart();
            if (expectsContinue && !headSent) {
              connection.writeHead(stream, CONTINUE, false);
            }
          }
        });
  }

  private void stopDeadline() {
    if (deadline != null) {
      deadline.cancel();
    }
  }

  @Override
  public void consumed(int bytes) {
    loop()
        .execute(() -> {
          if (stream.state() != Http2Stream.State.CLOSED) {
            connection.credit(stream, bytes);
          }
        });
  }

  // --- the response ---

  @Override
  public Loop loop() {
    return connection.loop();
  }

  @Override
  public void respond(int status, Headers headers, byte[] content) {
    loop().execute(() -> writeWhole(status, headers, content));
  }

  /** Answers a request that no handler may see. */
  void refuse(HttpException refusal) {
    Problem problem = new Problem(refusal.status(), refusal.detail(), null);
    byte[] content = problem.json().getBytes(StandardCharsets.UTF_8);
    writeWhole(
        refusal.status(),
        Headers.of(
            "Content-Type",
            "application/problem+json",
            "Content-Length",
            Integer.toString(content.length)),
        content);
  }

  private static HttpException noSocket() {
    return new HttpException(400, "this is no WebSocket (expected: a GET)");
  }

  private void writeWhole(int status, Headers headers, byte[] content) {
    if (done) {
      return;
    }
    if (wouldOpen(status)) {
      refuse(noSocket());
      return;
    }
    headSent = true;
    boolean last = content.length == 0;
    connection.writeHead(
        stream, Http2Head.response(status, headers, connection.loop().date()), last);
    if (last) {
      boolean whole = isRequestWhole();
      finished();
      if (!whole) {
        connection.reset(stream.id(), Http2Error.NO_ERROR);
      }
    } else {
      outbound = Outbound.whole(content, connection.loop().time());
      connection.enqueue(this);
    }
  }

  @Override
  public void stream(int status, Headers headers, Outbound newBody) {
    loop()
        .execute(() -> {
          if (!done && wouldOpen(status)) {
            newBody.discard();
            refuse(noSocket());
          } else if (!done) {
            begin(status, headers, newBody);
          }
        });
  }

  /**
   * Whether the client would take an ordinary answer for an open WebSocket: to CONNECT, any success
   * says so (RFC 9110, section 9.3.6).
   */
  private boolean wouldOpen(int status) {
    return socket != null && status >= 200 && status < 300;
  }

  private void begin(int status, Headers headers, Outbound newBody) {
    headSent = true;
    outbound = newBody;
    connection.writeHead(
        stream, Http2Head.response(status, headers, connection.loop().date()), false);
    connection.enqueue(this);
  }

  @Override
  public void upgrade(Headers headers, Outbound newBody, SocketInput input) {
    loop()
        .execute(() -> {
          if (!done && socket != null) {
            begin(200, headers, newBody);
            socket.open(input);
          }
        });
  }

  @Override
  public void readMore() {
    if (connection.loop().inLoop()) {
      readOn();
    } else {
      loop().execute(this::readOn);
    }
  }

  private void readOn() {
    if (socket != null) {
      socket.readMore();
    }
  }

  @Override
  public void wake() {
    if (!woken.get() && woken.compareAndSet(false, true)) {
      Http2Socket open = socket;
      if (open == null || !open.looksAgain()) {
        loop().execute(this);
      }
    }
  }

  @Override
  public void look() {
    takeTurn();
  }

  /** Whether the body has something that nobody has looked for yet. */
  boolean isWoken() {
    return woken.get();
  }

  /** Woken: the body has something. */
  @Override
  public void run() {
    woken.set(false);
    takeTurn();
  }

  /** Something may have changed: bytes, the window. */
  void takeTurn() {
    if (!done && hasMore()) {
      connection.enqueue(this);
    }
  }

  @Override
  public void abort() {
    loop()
        .execute(() -> {
          if (!done) {
            done = true;
            // RFC 8441, section 5: what a reset is on a connection of its own.
            boolean open = socket != null && socket.isOpen();
            connection.reset(stream.id(), open ? Http2Error.CANCEL : Http2Error.INTERNAL_ERROR);
          }
        });
  }

  // --- the way out, driven by the connection ---

  boolean markReady() {
    boolean first = !ready;
    ready = true;
    return first;
  }

  void clearReady() {
    ready = false;
  }

  /** Whether this is now held back by the connection's window, and was not before. */
  boolean hold() {
    boolean first = !held;
    held = true;
    return first;
  }

  void release() {
    held = false;
  }

  int window() {
    return window;
  }

  void window(int bytes) {
    window = bytes;
  }

  boolean hasData() {
    return outbound != null && !done && outbound.hasSome();
  }

  boolean endsWithoutData() {
    return outbound != null && !done && outbound.isFinished();
  }

  boolean hasMore() {
    return hasData() || endsWithoutData();
  }

  /** How many bytes may leave now. */
  int sendable(SendWindows windows, int most) {
    if (outbound == null || done) {
      return 0;
    }
    int allowed = Math.min(most, windows.allowed(this));
    return allowed <= 0 ? 0 : (int) Math.min(outbound.available(), allowed);
  }

  int read(ByteBuf out, int most, TurnShare share) {
    blockedSince = 0;
    if (outbound == null || most == 0) {
      return 0;
    }
    share.use(TurnShare.cost(outbound, most));
    return connection.loop().sink().read(outbound, out, most);
  }

  /** Bytes wait and the window is shut. */
  void blocked(long now) {
    if (blockedSince == 0) {
      blockedSince = now == 0 ? 1 : now;
    }
  }

  /** Since when the window is shut; 0 when it is not, or nothing waits. */
  long blockedSince() {
    return done ? 0 : blockedSince;
  }

  /** The client has not opened the window for too long. */
  void stalled() {
    gone(CloseReason.Kind.STALLED);
    connection.reset(stream.id(), Http2Error.CANCEL);
  }

  boolean isDrained() {
    return outbound != null && outbound.isFinished();
  }

  // --- the end ---

  boolean hasResponded() {
    return headSent;
  }

  /** Our side has ended while the client's has not. */
  void endsFirst() {
    if (socket != null && socket.isOpen()) {
      socket.linger();
    } else {
      // The rest of the request is not wanted (RFC 9113, section 8.1).
      connection.reset(stream.id(), Http2Error.NO_ERROR);
    }
  }

  void finished() {
    done = true;
    stopDeadline();
    if (socket != null) {
      socket.close();
    }
    if (body != null) {
      body.fail();
    }
    if (listener != null) {
      listener.finished();
    }
  }

  /** The stream is closed; if the response was not through, the client has left. */
  void gone(CloseReason.Kind why) {
    stopDeadline();
    if (socket != null) {
      socket.end();
    }
    // First, so that what the handler throws for want of the body is known to be no fault.
    if (!done) {
      done = true;
      if (listener != null) {
        listener.gone(why);
      }
    }
    if (body != null) {
      body.fail();
    }
  }

  void shutdown() {
    if (!done && listener != null) {
      listener.shutdown();
    }
  }
}
