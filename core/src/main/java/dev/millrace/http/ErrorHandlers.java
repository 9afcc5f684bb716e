package dev.millrace.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes responses of what handlers throw. An {@link HttpException} is an answer; anything else is
 * logged under a new id and answered with 500 and that id, and nothing of it is told to the client.
 *
 * <p>Handlers are added before the server starts; afterwards this does not change.
 */
public final class ErrorHandlers {
  private static final Logger log = LoggerFactory.getLogger(ErrorHandlers.class);

  /** Answers for an exception of one type. */
  @FunctionalInterface
  public interface OnException<E extends Throwable> {

    /** The response in place of the usual one. */
    Response handle(Request request, E exception) throws Exception;
  }

  /** Answers for a status. */
  @FunctionalInterface
  public interface OnStatus {

    /** The response in place of the usual one; one with status 200 gets the problem's status. */
    Response handle(Request request, Problem problem) throws Exception;
  }

  private final Map<Class<?>, OnException<Throwable>> byType = new LinkedHashMap<>();
  private final Map<Integer, OnStatus> byStatus = new HashMap<>();

  /** None but the usual. */
  public ErrorHandlers() {}

  /** Adds a handler for an exception type and all below it; the closest type wins. */
  public <E extends Throwable> void on(Class<E> type, OnException<E> handler) {
    byType.put(type, (request, exception) -> handler.handle(request, type.cast(exception)));
  }

  /** Adds a handler for a status. */
  public void on(int status, OnStatus handler) {
    byStatus.put(status, handler);
  }

  /** The response for something that was thrown. Never throws itself. */
  public Response respond(Request request, Throwable thrown) {
    OnException<Throwable> custom = closest(thrown.getClass());
    if (custom != null) {
      try {
        return custom.handle(request, thrown);
      } catch (Throwable again) {
        return answer(request, again);
      }
    }
    return answer(request, thrown);
  }

  /**
   * What the client of a stream that has begun is told.
   *
   * @return a sentence that was meant for it, or one that tells nothing but an id for the log
   */
  public String messageFor(Request request, Throwable thrown) {
    if (thrown instanceof HttpException refusal) {
      return refusal.detail();
    }
    return "Internal Server Error (" + logged(request, thrown) + ")";
  }

  private Response answer(Request request, Throwable thrown) {
    Problem problem;
    Headers headers = Headers.EMPTY;
    if (thrown instanceof HttpException refusal) {
      problem = new Problem(refusal.status(), refusal.detail(), null);
      headers = refusal.headers();
    } else {
      problem = new Problem(500, "", logged(request, thrown));
    }
    Response response = page(request, problem);
    Response[] result = {response};
    headers.forEach((name, value) -> result[0] = result[0].header(name, value));
    return result[0];
  }

  private Response page(Request request, Problem problem) {
    OnStatus custom = byStatus.get(problem.status());
    if (custom != null) {
      try {
        Response response = custom.handle(request, problem);
        return response.status() == 200 ? response.status(problem.status()) : response;
      } catch (Throwable e) {
        log.error("the error handler for status {} failed", problem.status(), e);
      }
    }
    return problem.response(request);
  }

  private static String logged(Request request, Throwable thrown) {
    if (request.isAbandoned() && isOfDeparture(request, thrown)) {
      log.debug("{} ended with its client gone", request, thrown);
      return "";
    }
    String id = Long.toString(ThreadLocalRandom.current().nextLong(1L << 48), 36);
    log.error("[{}] {} failed", id, request, thrown);
    return id;
  }

  /** Whether the client's going away explains a failure. That of a change is never passed over. */
  private static boolean isOfDeparture(Request request, Throwable thrown) {
    return thrown instanceof IOException
        || thrown instanceof UncheckedIOException
        || thrown instanceof InterruptedException
        || request.method().equals("GET")
        || request.method().equals("HEAD");
  }

  private @Nullable OnException<Throwable> closest(Class<?> thrown) {
    for (Class<?> type = thrown; type != null; type = type.getSuperclass()) {
      OnException<Throwable> handler = byType.get(type);
      if (handler != null) {
        return handler;
      }
    }
    return null;
  }
}
