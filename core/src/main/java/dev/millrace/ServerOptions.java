package dev.millrace;

import dev.millrace.engine.Listener;
import dev.millrace.engine.Tls;
import dev.millrace.engine.Transport.Io;
import dev.millrace.http.Compression;
import dev.millrace.http.Limits;
import dev.millrace.http.Validator;
import dev.millrace.json.JsonCodec;
import dev.millrace.stream.SocketOptions;
import dev.millrace.stream.StreamOptions;
import dev.millrace.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * How a server runs.
 *
 * <pre>{@code
 * app.start(ServerOptions.DEFAULT
 *     .listen(8080)
 *     .listen(8443, Tls.pem(Path.of("cert.pem"), Path.of("key.pem"))));
 * }</pre>
 *
 * @param listeners where to listen; none means port 8080 in clear text
 * @param io how to reach the operating system; {@link Io#AUTO}
 * @param limits what one client may ask; {@link Limits#DEFAULT}
 * @param streams the options of streams that have none of their own; {@link StreamOptions#DEFAULT}
 * @param sockets the options of WebSockets that have none of their own; {@link
 *     SocketOptions#DEFAULT}
 * @param json for bodies and events; {@link JsonCodec#standard()}
 * @param time for timers, deadlines and dates; {@link TimeSource#system()}
 * @param drainDelay between saying that the server is not ready and accepting no more, for load
 *     balancers to notice; zero
 * @param drainTime how long requests may take to finish when the server stops; 10 s
 * @param stopOnExit whether the end of the process (SIGTERM) stops the server in good order; true
 * @param compression of responses; {@link Compression#DEFAULT}
 * @param validator checks what is read from requests' bodies and queries; {@link Validator#NONE}
 */
public record ServerOptions(
    List<Listener> listeners,
    Io io,
    Limits limits,
    StreamOptions streams,
    SocketOptions sockets,
    JsonCodec json,
    TimeSource time,
    Duration drainDelay,
    Duration drainTime,
    boolean stopOnExit,
    Compression compression,
    Validator validator) {

  /** What holds unless something else is set. */
  public static final ServerOptions DEFAULT =
      new ServerOptions(
          List.of(),
          Io.AUTO,
          Limits.DEFAULT,
          StreamOptions.DEFAULT,
          SocketOptions.DEFAULT,
          JsonCodec.standard(),
          TimeSource.system(),
          Duration.ZERO,
          Duration.ofSeconds(10),
          true,
          Compression.DEFAULT,
          Validator.NONE);

  /** Checks the times. */
  public ServerOptions {
    listeners = List.copyOf(listeners);
    if (drainDelay.isNegative() || drainTime.isNegative()) {
      throw new IllegalArgumentException(
          "drainDelay: %s, drainTime: %s (expected: zero or more)"
              .formatted(drainDelay, drainTime));
    }
  }

  /**
   * The same, listening on one more port of all addresses.
   *
   * @param port 0 to 65535; 0 lets the system choose
   */
  public ServerOptions listen(int port) {
    return listen(new Listener("0.0.0.0", port, null));
  }

  /** The same, listening on one more port with TLS: HTTP/2 and HTTP/1.1 by ALPN. */
  public ServerOptions listen(int port, Tls tls) {
    return listen(new Listener("0.0.0.0", port, tls));
  }

  /** The same, listening in one more place. */
  public ServerOptions listen(Listener listener) {
    List<Listener> more = new ArrayList<>(listeners);
    more.add(listener);
    return with(draft -> draft.listeners = more);
  }

  /** The same with another way to the operating system. */
  public ServerOptions io(Io kind) {
    return with(draft -> draft.io = kind);
  }

  /** The same with other limits. */
  public ServerOptions limits(Limits newLimits) {
    return with(draft -> draft.limits = newLimits);
  }

  /** The same with other options for streams. */
  public ServerOptions streams(StreamOptions options) {
    return with(draft -> draft.streams = options);
  }

  /** The same with other options for WebSockets. */
  public ServerOptions sockets(SocketOptions options) {
    return with(draft -> draft.sockets = options);
  }

  /** The same with another codec. */
  public ServerOptions json(JsonCodec codec) {
    return with(draft -> draft.json = codec);
  }

  /** The same with another clock, for tests. */
  public ServerOptions time(TimeSource source) {
    return with(draft -> draft.time = source);
  }

  /** The same with other times for stopping. */
  public ServerOptions drain(Duration delay, Duration time) {
    return with(draft -> {
      draft.drainDelay = delay;
      draft.drainTime = time;
    });
  }

  /** The same, with or without stopping in good order when the process ends. */
  public ServerOptions stopOnExit(boolean stop) {
    return with(draft -> draft.stopOnExit = stop);
  }

  /** The same with other rules for compressing responses. */
  public ServerOptions compression(Compression rules) {
    return with(draft -> draft.compression = rules);
  }

  /** The same with a validator for what is read from requests' bodies and queries. */
  public ServerOptions validator(Validator newValidator) {
    return with(draft -> draft.validator = newValidator);
  }

  /** All options once more, to change some of them. */
  private static final class Draft {
    List<Listener> listeners;
    Io io;
    Limits limits;
    StreamOptions streams;
    SocketOptions sockets;
    JsonCodec json;
    TimeSource time;
    Duration drainDelay;
    Duration drainTime;
    boolean stopOnExit;
    Compression compression;
    Validator validator;

    Draft(ServerOptions from) {
      this.listeners = from.listeners;
      this.io = from.io;
      this.limits = from.limits;
      this.streams = from.streams;
      this.sockets = from.sockets;
      this.json = from.json;
      this.time = from.time;
      this.drainDelay = from.drainDelay;
      this.drainTime = from.drainTime;
      this.stopOnExit = from.stopOnExit;
      this.compression = from.compression;
      this.validator = from.validator;
    }

    ServerOptions options() {
      return new ServerOptions(
          listeners,
          io,
          limits,
          streams,
          sockets,
          json,
          time,
          drainDelay,
          drainTime,
          stopOnExit,
          compression,
          validator);
    }
  }

  private ServerOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }
}
