package dev.millrace.http;

import dev.millrace.stream.LiveStream;
import dev.millrace.stream.StreamHandler;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Gives each request an id, for finding in the log what belongs together: as the attribute {@link
 * #KEY}, in the response's {@code X-Request-Id}, and as {@code request} in SLF4J's diagnostic
 * context (MDC) while a handler runs, a stream's too. Timers and cleanups of a stream read the
 * attribute.
 *
 * <pre>{@code
 * app.filter(RequestId.DEFAULT);
 * }</pre>
 *
 * <p>To be the first filter, so that the others can use it. Where there are two, the outer one
 * decides. An id is 63 random bits as letters and digits; it is no secret and protects nothing.
 *
 * @param trusted whether the id that a client sends in {@code X-Request-Id} is taken, if it has 1
 *     to 64 letters, digits, dots, underscores and hyphens; false. To be switched on behind a proxy
 *     that sets the header: otherwise clients choose what stands in the log
 */
public record RequestId(boolean trusted) implements Filter {

  /** Where the id is found. */
  public static final Key<String> KEY = Key.of("request id", String.class);

  /** Takes no id from clients. */
  public static final RequestId DEFAULT = new RequestId(false);

  private static final String HEADER = "X-Request-Id";
  private static final String MDC_NAME = "request";
  private static final int LONGEST = 64;
  private static final int RADIX = 36;

  /** The same, taking the id that comes with a request, or not. */
  public RequestId trusted(boolean trust) {
    return new RequestId(trust);
  }

  @Override
  public Response filter(Request request, Next next) throws Exception {
    if (request.attribute(KEY).isPresent()) {
      return next.handle(request);
    }
    String id = id(request);
    request.attribute(KEY, id);
    Response response;
    try (var _ = MDC.putCloseable(MDC_NAME, id)) {
      response = next.handle(request);
    }
    if (response.body() instanceof Body.Stream stream) {
      response = response.body(stream.source(new Traced(id, stream.source())));
    }
    return response.headers().contains(HEADER) ? response : response.header(HEADER, id);
  }

  private String id(Request request) {
    Optional<String> sent = trusted ? request.header(HEADER) : Optional.empty();
    return sent.filter(RequestId::isSane).orElseGet(RequestId::make);
  }

  private static String make() {
    return Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), RADIX);
  }

  private static boolean isSane(String id) {
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!plain && c != '.' && c != '_' && c != '-') {
        return false;
      }
    }
    return !id.isEmpty() && id.length() <= LONGEST;
  }

  /** A stream's source, in whose run the id is in the diagnostic context. */
  @SuppressWarnings("try") // an interrupt while closing is logged by who closes, as all is
  private record Traced(String id, @Nullable Object source)
      implements StreamHandler, AutoCloseable {

    @Override
    public void handle(LiveStream out) throws Exception {
      try (var _ = MDC.putCloseable(MDC_NAME, id)) {
        if (source instanceof StreamHandler handler) {
          handler.handle(out);
        } else {
          out.pipe(source);
        }
      }
    }

    /** The stream never begins. */
    @Override
    public void close() throws Exception {
      if (source instanceof AutoCloseable closeable) {
        closeable.close();
      }
    }
  }
}
