package dev.millrace.engine;

import dev.millrace.http.Body;
import dev.millrace.http.Outcome;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.Outbound;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its virtual thread, from the dispatch to the end of its response.
 *
 * <p>When the client goes away, a thread that writes a stream is interrupted, and so is one that
 * handles a safe method (RFC 9110, section 9.2.1): what it works out is for nobody. A request that
 * may change something runs to its end.
 *
 * <p>What was registered to run {@linkplain Request#after after} the response runs when both are
 * over: the response, and the thread that made it.
 */
public final class Call implements Runnable, ExchangeListener {
  private static final Logger log = LoggerFactory.getLogger(Call.class);
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
  private static final CloseReason COMPLETED = CloseReason.of(CloseReason.Kind.COMPLETED);

  private final Dispatcher dispatcher;
  private final Exchange exchange;
  private final Request request;
  private final long began;
  private @Nullable Thread thread;

  /** What the response is written to piece by piece, if it is: a stream, or a file's bytes. */
  private @Nullable StreamSession session;

  private @Nullable Outbound copy;
  private @Nullable CloseReason reason;
  private int status;
  private long bytes;
  private long events;
  private boolean threadOver;
  private boolean gone;
  private boolean stopping;
  private boolean failedBefore;

  Call(Dispatcher dispatcher, Exchange exchange, Request request) {
    this.dispatcher = dispatcher;
    this.exchange = exchange;
    this.request = request;
    this.began = dispatcher.time().nanoTime();
  }

  /**
   * What is answered for something that was thrown before the head left. A second time it is plain:
   * an error handler's own stream has failed too.
   */
  Response errorResponse(Throwable failure) {
    Response response = dispatcher.errors().respond(request, failure);
    boolean again = failedBefore;
    failedBefore = true;
    return again && response.body() instanceof Body.Stream ? Response.of(500) : response;
  }

  Exchange exchange() {
    return exchange;
  }

  Request request() {
    return request;
  }

  Duration duration() {
    return Duration.ofNanos(Math.max(0, dispatcher.time().nanoTime() - began));
  }

  // --- the thread ---

  /** Handles the request. For {@link Dispatcher}. */
  @Override
  public void run() {
    begin();
    try {
      Response response;
      try {
        response = dispatcher.handler().handle(request);
      } catch (Throwable t) {
        response = errorResponse(t);
      }
      if (isGone()) {
        if (response.body() instanceof Body.Stream stream) {
          Pump.discard(stream.source());
        }
        return;
      }
      if (response.status() == 413) {
        dispatcher.counters().count(Limit.BODY);
      }
      dispatcher.writer().write(this, response);
    } finally {
      end();
    }
  }

  private synchronized void begin() {
    thread = Thread.currentThread();
    if (gone && SAFE.contains(request.method())) {
      thread.interrupt();
    }
  }

  private void end() {
    boolean over;
    synchronized (this) {
      thread = null;
      threadOver = true;
      over = reason != null;
    }
    if (over) {
      runHooks();
    }
  }

  private synchronized boolean isGone() {
    return gone;
  }

  /** Interrupts the thread that handles this, unless it is the one that asks. */
  synchronized void interrupt() {
    if (thread != null && !thread.equals(Thread.currentThread())) {
      thread.interrupt();
    }
  }

  // --- the response ---

  /** Notes what is being answered. */
  synchronized void answers(int newStatus, long length) {
    status = newStatus;
    bytes = length;
  }

  /** From now on this is a stream, unless the client has gone already. */
  void become(StreamSession newSession, int newStatus) {
    boolean late;
    boolean stop;
    synchronized (this) {
      session = newSession;
      status = newStatus;
      late = gone;
      stop = stopping;
    }
    if (late) {
      exchange.loop().execute(() -> newSession.gone(CloseReason.Kind.DISCONNECTED));
    } else if (stop) {
      exchange.loop().execute(newSession::shutdown);
    }
  }

  /** The response is written to this from now on; it is discarded when the client has gone. */
  void copies(Outbound body) {
    boolean late;
    synchronized (this) {
      copy = body;
      late = gone;
    }
    if (late) {
      body.discard();
    }
  }

  @Override
  public void finished() {
    StreamSession stream;
    boolean hooks;
    synchronized (this) {
      stream = session;
      hooks = stream == null && markOver(COMPLETED);
    }
    if (stream != null) {
      stream.ended();
    } else if (hooks) {
      startHooks();
    }
  }

  @Override
  public void gone(CloseReason.Kind why) {
    request.abandon();
    if (why == CloseReason.Kind.STALLED) {
      dispatcher.counters().count(Limit.STALL);
    }
    StreamSession stream;
    Outbound body;
    synchronized (this) {
      gone = true;
      stream = session;
      body = copy;
    }
    if (stream != null) {
      stream.gone(why);
      return;
    }
    if (body != null) {
      body.discard();
    }
    if (body != null || SAFE.contains(request.method())) {
      interrupt();
    }
    over(CloseReason.of(why));
  }

  @Override
  public void shutdown() {
    StreamSession stream;
    synchronized (this) {
      stopping = true;
      stream = session;
    }
    if (stream != null) {
      stream.shutdown();
    }
  }

  // --- what comes after ---

  /** A stream is over: its cleanups have run. */
  void over(CloseReason why, long bytesMoved, long eventsMoved) {
    synchronized (this) {
      bytes = bytesMoved;
      events = eventsMoved;
    }
    over(why);
  }

  /** The response is over, whatever has become of it. */
  void over(CloseReason why) {
    boolean hooks;
    synchronized (this) {
      hooks = markOver(why);
    }
    if (hooks) {
      startHooks();
    }
  }

  /** Whether the thread is over too, and now it is for the response's end to run the hooks. */
  private boolean markOver(CloseReason why) {
    boolean first = reason == null;
    if (first) {
      reason = why;
    }
    return first && threadOver;
  }

  private void startHooks() {
    if (request.hasHooks()) {
      dispatcher.threads().start(this::runHooks);
    }
  }

  private void runHooks() {
    var hooks = request.takeHooks();
    if (hooks.isEmpty()) {
      return;
    }
    Outcome outcome = outcome();
    for (var hook : hooks.reversed()) {
      try {
        hook.accept(outcome);
      } catch (Throwable t) {
        log.error("what runs after {} failed; the rest still runs", request, t);
      }
    }
  }

  private synchronized Outcome outcome() {
    CloseReason why = reason == null ? COMPLETED : reason;
    return new Outcome(status, bytes, events, duration(), why);
  }
}
