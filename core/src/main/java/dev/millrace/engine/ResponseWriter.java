package dev.millrace.engine;

import dev.millrace.http.Accept;
import dev.millrace.http.Body;
import dev.millrace.http.Content;
import dev.millrace.http.Headers;
import dev.millrace.http.HttpException;
import dev.millrace.http.Preconditions;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.http.Selection;
import dev.millrace.http.Vary;
import dev.millrace.stream.StreamOptions;
import dev.millrace.stream.Wire;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a response, which is a value, into what a transport sends. On the request's thread. */
final class ResponseWriter {
  private static final Logger log = LoggerFactory.getLogger(ResponseWriter.class);
  private static final byte[] NOTHING = {};

  private final Dispatcher dispatcher;
  private final Upgrade upgrade;

  ResponseWriter(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
    this.upgrade = new Upgrade(dispatcher);
  }

  void write(Call call, Response wanted) {
    try {
      Response response = Preconditions.apply(call.request(), wanted);
      if (!(response.body() instanceof Body.Stream) && upgrade.refuses(call, response)) {
        return;
      }
      switch (response.body()) {
        case Body.Bytes bytes -> whole(call, response, bytes.content());
        case Body.Json json -> whole(call, response, dispatcher.json().encode(json.value()));
        case Body.File file -> file(call, response, file.content());
        case Body.Stream stream -> stream(call, response, stream);
      }
    } catch (Throwable e) {
      // Nothing has left: a value that is not JSON, a client that takes none of the wires.
      Response error = dispatcher.errors().respond(call.request(), e);
      refuse(call, KeptHeaders.onto(error, wanted.headers()));
    }
  }

  private void refuse(Call call, Response refusal) {
    try {
      if (upgrade.refuses(call, refusal)) {
        return;
      }
      switch (refusal.body()) {
        case Body.Bytes bytes -> whole(call, refusal, bytes.content());
        case Body.Json json -> whole(call, refusal, dispatcher.json().encode(json.value()));
        case Body.File file -> file(call, refusal, file.content());
        case Body.Stream stream ->
            throw new IllegalStateException("an error cannot be a stream here");
      }
    } catch (Throwable e) {
      log.error("the response of an error handler cannot be sent", e);
      whole(call, Response.of(500), NOTHING);
    }
  }

  private void whole(Call call, Response response, byte[] plain) {
    int status = response.status();
    Headers headers = response.headers();
    boolean bodyless = isBodyless(status);
    if (!bodyless && plain.length > 0 && !headers.contains("Content-Type")) {
      headers = headers.with("Content-Type", "application/octet-stream");
    }
    var compressed = dispatcher.compressor().whole(call.request(), status, headers, plain);
    headers = compressed.headers();
    byte[] content = compressed.content();
    if (bodyless) {
      headers = headers.without("Content-Length").without("Content-Type");
      if (status == 205) {
        // The one of them whose end a client of HTTP/1.1 does not know by the status.
        headers = headers.with("Content-Length", "0");
      }
    } else {
      headers = headers.set("Content-Length", Integer.toString(content.length));
    }
    boolean silent = bodyless || call.request().method().equals("HEAD");
    byte[] sent = silent ? NOTHING : content;
    call.answers(status, sent.length);
    call.exchange().respond(status, headers, sent);
  }

  /** RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5. Bytes would be taken for the next response. */
  private static boolean isBodyless(int status) {
    return status == 204 || status == 205 || status == 304;
  }

  private void file(Call call, Response response, Content content) throws IOException {
    Selection selection =
        Selection.of(call.request(), response.status(), response.headers(), content);
    new ContentSender(dispatcher, call, content).send(selection);
  }

  private void stream(Call call, Response response, Body.Stream body) {
    if (isBodyless(response.status())) {
      Pump.discard(body.source());
      whole(call, response, NOTHING);
      return;
    }
    Request request = call.request();
    if (request.isUpgrade() || body.socketOnly()) {
      upgrade.open(call, response, body);
      return;
    }
    StreamOptions options = body.options() == null ? dispatcher.streams() : body.options();
    String ownType = response.header("Content-Type").orElse(options.type());
    Wire.Choice choice;
    try {
      choice = Wire.choose(ownType, Accept.of(request));
    } catch (HttpException e) {
      Pump.discard(body.source());
      throw e;
    }
    Headers plain = headers(response, choice, ownType);
    var compressed = dispatcher.compressor().stream(request, response.status(), plain);
    if (request.method().equals("HEAD")) {
      Pump.discard(body.source());
      call.answers(response.status(), 0);
      call.exchange().respond(response.status(), compressed.headers(), NOTHING);
      return;
    }
    StreamSession session;
    try {
      session =
          new StreamSession(
              dispatcher,
              call,
              choice.wire(),
              options,
              response.status(),
              plain,
              compressed,
              dispatcher.counters().streams);
    } catch (RuntimeException e) {
      // A Content-Length that is no number.
      Pump.discard(body.source());
      throw e;
    }
    call.become(session, response.status());
    session.run(body.source());
  }

  /** The headers without which proxies and browsers hold streams back. */
  private static Headers headers(Response response, Wire.Choice choice, @Nullable String ownType) {
    Headers headers = response.headers().set("Content-Type", choice.contentType());
    if (!headers.contains("Cache-Control")) {
      headers = headers.with("Cache-Control", "no-cache, no-transform");
    }
    if (ownType == null) {
      headers = Vary.add(headers, "Accept");
    }
    if (choice.wire() != Wire.RAW) {
      // Nobody knows how long the wire's own framing will be.
      headers = headers.without("Content-Length");
    }
    return headers.set("X-Accel-Buffering", "no");
  }
}
