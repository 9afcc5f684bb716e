package dev.millrace.engine;

import dev.millrace.http.Body;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request on its virtual thread, from the dispatch to the end of its response.
 *
 * <p>When the client goes away, a thread that writes a stream is interrupted, and so is one that
 * handles a safe method (RFC 9110, section 9.2.1): what it works out is for nobody. A request that
 * may change something runs to its end.
 */
public final class Call implements Runnable, ExchangeListener {
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  private final Dispatcher dispatcher;
  private final Exchange exchange;
  private final Request request;
  private @Nullable Thread thread;
  private @Nullable StreamSession session;
  private boolean gone;
  private boolean stopping;
  private boolean failedBefore;

  Call(Dispatcher dispatcher, Exchange exchange, Request request) {
    this.dispatcher = dispatcher;
    this.exchange = exchange;
    this.request = request;
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

  /** Handles the request. For {@link Dispatcher}. */
  @Override
  public void run() {
    begin();
    try {
      Response response;
      try {
        response = dispatcher.handler().handle(request);
      } catch (Throwable t) {
        if (isGone()) {
          return;
        }
        response = errorResponse(t);
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

  private synchronized void end() {
    thread = null;
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

  /** From now on this is a stream, unless the client has gone already. */
  void become(StreamSession newSession) {
    boolean late;
    boolean stop;
    synchronized (this) {
      session = newSession;
      late = gone;
      stop = stopping;
    }
    if (late) {
      exchange.loop().execute(newSession::gone);
    } else if (stop) {
      exchange.loop().execute(newSession::shutdown);
    }
  }

  @Override
  public void finished() {
    StreamSession stream = session();
    if (stream != null) {
      stream.ended();
    }
  }

  @Override
  public void gone() {
    request.abandon();
    StreamSession stream;
    synchronized (this) {
      gone = true;
      stream = session;
    }
    if (stream != null) {
      stream.gone();
    } else if (SAFE.contains(request.method())) {
      interrupt();
    }
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

  private synchronized @Nullable StreamSession session() {
    return session;
  }
}
