package dev.millrace.engine;

import dev.millrace.http.Body;
import dev.millrace.http.Headers;
import dev.millrace.http.HttpException;
import dev.millrace.http.Origins;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.http.Statuses;
import dev.millrace.stream.Outbound;
import dev.millrace.stream.SocketEncoder;
import dev.millrace.stream.SocketOptions;
import dev.millrace.stream.StreamOptions;
import dev.millrace.stream.Wire;
import dev.millrace.websocket.Agreement;
import dev.millrace.websocket.CloseCode;
import dev.millrace.websocket.Frames;
import dev.millrace.websocket.Handshake;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers the handshakes of WebSockets (RFC 6455, section 4.2; RFC 8441), when filters and guards
 * have let them pass. On the request's thread.
 */
final class Upgrade {
  private final Dispatcher dispatcher;

  Upgrade(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  /**
   * Opens a socket and runs what serves it.
   *
   * @throws HttpException when the handshake is not one, or comes from a foreign page; the source
   *     has been closed then
   */
  void open(Call call, Response response, Body.Stream body) {
    SocketSession session;
    try {
      session = session(call, response.headers(), body);
    } catch (RuntimeException e) {
      Pump.discard(body.source());
      throw e;
    }
    call.become(session, 101);
    session.run(body.source());
  }

  private SocketSession session(Call call, Headers headers, Body.Stream body) {
    Request request = call.request();
    SocketOptions options = body.socket() == null ? dispatcher.sockets() : body.socket();
    Handshake.check(request);
    checkOrigin(request, options);
    String subprotocol = subprotocol(Handshake.offered(request), options);
    Agreement agreement =
        Agreement.of(request.headers().all("Sec-WebSocket-Extensions"), options.deflate());
    var terms = new SocketSession.Terms(options, subprotocol, agreement, body.socketOnly());
    return new SocketSession(
        dispatcher,
        call,
        terms,
        streamOptions(options),
        head(request, headers, subprotocol, agreement),
        dispatcher.compressor().socket(agreement));
  }

  /** Browsers send it with every handshake; who sends none is no page. */
  private static void checkOrigin(Request request, SocketOptions options) {
    String origin = Origins.of(request).orElse(null);
    boolean allowed =
        origin == null
            || options.origins().contains(origin)
            || options.origins().contains(Origins.ANY)
            || Origins.isSame(origin, request);
    if (!allowed) {
      throw new HttpException(403, "WebSockets from another origin are not allowed");
    }
  }

  /** One and never the list; none where nothing fits. */
  private static @Nullable String subprotocol(List<String> offered, SocketOptions options) {
    for (String known : options.subprotocols()) {
      if (offered.contains(known)) {
        return known;
      }
    }
    return offered.contains(Handshake.MILLRACE) ? Handshake.MILLRACE : null;
  }

  /** The server's own where they fit, so that most sockets share them. */
  private StreamOptions streamOptions(SocketOptions options) {
    StreamOptions common = dispatcher.streams();
    return common.highWaterMark() == options.highWaterMark()
        ? common
        : common.highWaterMark(options.highWaterMark());
  }

  private static Headers head(
      Request request,
      Headers fields,
      @Nullable String subprotocol,
      @Nullable Agreement agreement) {
    Headers headers = fields.without("Content-Type").without("Content-Length");
    if (request.protocol().equals("HTTP/1.1")) {
      String key = request.header("Sec-WebSocket-Key").orElseThrow();
      headers = headers.set("Sec-WebSocket-Accept", Handshake.accept(key));
    }
    if (subprotocol != null) {
      headers = headers.set("Sec-WebSocket-Protocol", subprotocol);
    }
    return agreement == null
        ? headers
        : headers.set("Sec-WebSocket-Extensions", agreement.header());
  }

  // --- refusals ---

  /**
   * Tells a refusal by a close code, to a client that has asked for that: a browser does not let
   * its script see the status of a handshake.
   *
   * @return {@code false} when the client is to be answered by HTTP
   */
  boolean refuses(Call call, Response refusal) {
    Request request = call.request();
    if (!request.isUpgrade() || !offersMillrace(request)) {
      return false;
    }
    int status = refusal.status();
    int code =
        switch (status) {
          case 401 -> CloseCode.UNAUTHENTICATED;
          case 403 -> CloseCode.FORBIDDEN;
          default -> CloseCode.REJECTED;
        };
    SocketEncoder frames = dispatcher.compressor().socket(null);
    Outbound only = new Outbound(Wire.WEBSOCKET, dispatcher.streams(), dispatcher.time(), frames);
    only.pushFrame(Frames.close(code, Frames.reason(reasonOf(refusal))));
    only.end();
    Pump.discard(refusal.body() instanceof Body.Stream stream ? stream.source() : null);
    // What is noted is the refusal: otherwise a client could hide its failures from logs.
    call.answers(status, 0);
    Headers head = head(request, refusal.headers(), Handshake.MILLRACE, null);
    call.exchange().loop().execute(frames::release);
    call.exchange().upgrade(head, only, DEAF);
    return true;
  }

  /** The status, and how long the client is to wait, if it is told (RFC 9110, section 10.2.3). */
  private static String reasonOf(Response refusal) {
    String status = refusal.status() + " " + Statuses.reason(refusal.status());
    return refusal
        .header("Retry-After")
        .map(after -> status + ", Retry-After: " + after)
        .orElse(status);
  }

  private static boolean offersMillrace(Request request) {
    try {
      Handshake.check(request);
      return Handshake.offered(request).contains(Handshake.MILLRACE);
    } catch (HttpException e) {
      return false;
    }
  }

  private static final SocketInput DEAF =
      new SocketInput() {
        @Override
        public boolean receive(ByteBuffer bytes) {
          return true;
        }

        @Override
        public void received() {}

        @Override
        public void inputEnded() {}
      };
}
