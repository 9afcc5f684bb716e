package dev.millrace.http;

import dev.millrace.stream.CloseReason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a line at the end of each response, a stream's when it is over: what was asked, what was
 * answered, how much of it left and why it ended.
 *
 * <pre>{@code
 * app.filter(RequestId.DEFAULT).filter(new AccessLog());
 * }</pre>
 *
 * <p>The line is an SLF4J event of level INFO. Its message is for people:
 *
 * <pre>
 * GET /orders?token=*** 200 COMPLETED 5120 B 12 ms
 * </pre>
 *
 * <p>and the same stands in its key-values for programs: {@code method}, {@code path}, {@code
 * query}, {@code status}, {@code bytes}, {@code events}, {@code duration_ms}, {@code reason} (the
 * name of a {@link CloseReason.Kind}), {@code protocol}, {@code remote} and {@code request_id},
 * which is empty without a {@link RequestId}.
 *
 * <p>Values of query parameters with certain names appear as {@code ***}; headers do not appear at
 * all. What came from the client is shortened to 1,024 characters, and all in it that could begin a
 * line or steer a terminal is escaped. Immutable.
 */
public final class AccessLog implements Filter {
  private static final String LOGGER = "dev.millrace.access";
  private static final Set<String> SECRETS =
      Set.of(
          "access_token",
          "api_key",
          "apikey",
          "auth",
          "authorization",
          "client_secret",
          "code",
          "credential",
          "id_token",
          "jwt",
          "key",
          "passwd",
          "password",
          "pwd",
          "refresh_token",
          "secret",
          "session",
          "sig",
          "signature",
          "ticket",
          "token");

  private final Logger log;
  private final Set<String> secrets;

  /** To the logger {@code dev.millrace.access}, without the values of the usual secrets. */
  public AccessLog() {
    this(LoggerFactory.getLogger(LOGGER), SECRETS);
  }

  private AccessLog(Logger log, Set<String> secrets) {
    this.log = log;
    this.secrets = secrets;
  }

  /** The same to another logger. */
  public AccessLog logger(String name) {
    return new AccessLog(LoggerFactory.getLogger(name), secrets);
  }

  /**
   * The same without the values of further query parameters. Hidden already are those named token,
   * access_token, id_token, refresh_token, password, passwd, pwd, secret, client_secret, key,
   * api_key, apikey, auth, authorization, credential, code, jwt, session, sig, signature and
   * ticket.
   *
   * @param names compared without regard to case
   */
  public AccessLog hide(String... names) {
    Set<String> all = new HashSet<>(secrets);
    Arrays.stream(names).map(name -> name.toLowerCase(Locale.ROOT)).forEach(all::add);
    return new AccessLog(log, Set.copyOf(all));
  }

  @Override
  public Response filter(Request request, Next next) throws Exception {
    if (log.isInfoEnabled()) {
      request.after(outcome -> write(request, outcome));
    }
    return next.handle(request);
  }

  private void write(Request request, Outcome outcome) {
    String method = LogText.safe(request.method());
    String path = LogText.safe(request.path());
    String query = LogText.safe(LogText.redacted(request.rawQuery(), secrets));
    String reason = outcome.reason().kind().name();
    long millis = outcome.duration().toMillis();
    log.atInfo()
        .addKeyValue("method", method)
        .addKeyValue("path", path)
        .addKeyValue("query", query)
        .addKeyValue("status", outcome.status())
        .addKeyValue("bytes", outcome.bytes())
        .addKeyValue("events", outcome.events())
        .addKeyValue("duration_ms", millis)
        .addKeyValue("reason", reason)
        .addKeyValue("protocol", request.protocol())
        .addKeyValue("remote", address(request.remoteAddress()))
        .addKeyValue("request_id", request.attribute(RequestId.KEY).orElse(""))
        .log(
            "{} {}{}{} {} {} {} B{} {} ms",
            method,
            path,
            query.isEmpty() ? "" : "?",
            query,
            outcome.status(),
            reason,
            outcome.bytes(),
            outcome.events() == 0 ? "" : " " + outcome.events() + " events",
            millis);
  }

  /** Without the port, and without asking anybody for a name. */
  private static String address(SocketAddress remote) {
    if (remote instanceof InetSocketAddress socket) {
      InetAddress address = socket.getAddress();
      return address == null ? LogText.safe(socket.getHostString()) : address.getHostAddress();
    }
    return LogText.safe(remote.toString());
  }
}
