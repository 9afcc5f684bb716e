package dev.millrace.http;

import dev.millrace.json.JsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes responses of what handlers throw. An {@link HttpException} is an answer; anything else is
 * logged under an id (the request's, where a filter has given it one) and answered with 500 and
 * that id, and nothing of it is told to the client.
 *
 * <p>A handler of one's own serves streams that have begun too: what it answers becomes the data of
 * the error event, see {@link #eventFor}. One that throws, or returns {@code null}, is logged and
 * passed over.
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

  /**
   * Adds a handler for an exception type and all below it; the closest type wins. Types are
   * classes, checked exceptions and errors among them: an interface that exceptions implement is
   * not looked for.
   */
  public <E extends Throwable> void on(Class<E> type, OnException<E> handler) {
    byType.put(type, (request, exception) -> handler.handle(request, type.cast(exception)));
  }

  /** Adds a handler for a status. */
  public void on(int status, OnStatus handler) {
    byStatus.put(status, handler);
  }

  /** The response for something that was thrown. Never throws itself. */
  public Response respond(Request request, Throwable thrown) {
    Throwable last = thrown;
    try {
      Response own = ofType(request, thrown);
      if (own != null) {
        return own;
      }
    } catch (Throwable again) {
      last = instead(again, thrown);
    }
    Problem problem = problem(request, last);
    Response own = ofStatus(request, problem);
    Response response = own == null ? problem.response(request) : own;
    if (last instanceof HttpException refusal) {
      Response[] result = {response};
      refusal.headers().forEach((name, value) -> result[0] = result[0].header(name, value));
      return result[0];
    }
    return response;
  }

  /**
   * What the client of a stream that has begun is told: the same handlers are asked as before it
   * began. Of their answers the status and headers are lost; JSON, and the text of a {@code text}
   * type, become the data of the error event. In place of any other answer, or when there is no
   * handler, it is an object whose member {@code error} is a sentence that was meant for the
   * client, or one that tells nothing but an id for the log; what is not valid is listed under
   * {@code errors}. Never throws itself.
   *
   * @param encode makes data as the stream's wire sends it of a value
   * @return such data
   */
  public Object eventFor(
      Request request, Throwable thrown, Function<@Nullable Object, Object> encode) {
    Throwable last = thrown;
    try {
      Response own = ofType(request, thrown);
      if (own != null) {
        return StreamAnswer.data(own, encode);
      }
    } catch (StreamAnswer.Unfit | JsonException unfit) {
      log.error("what the handler of {} answers is no event", thrown.getClass().getName(), unfit);
    } catch (Throwable again) {
      last = instead(again, thrown);
    }
    Problem problem = problem(request, last);
    Response own = ofStatus(request, problem);
    if (own != null) {
      try {
        return StreamAnswer.data(own, encode);
      } catch (Throwable unfit) {
        log.error("what the handler of status {} answers is no event", problem.status(), unfit);
      }
    }
    // Without the codec, which may be what has failed.
    return problem.event().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Notes that a stream was cut in the middle, because its wire has no way to tell an error. No
   * handler is asked: its answer could not be sent.
   */
  public void cut(Request request, Throwable thrown) {
    if (thrown instanceof HttpException refusal) {
      log.info("{} was cut: {}", request, refusal.detail());
    } else {
      problem(request, thrown);
    }
  }

  /** What is answered for when a handler of errors has itself thrown. */
  @SuppressWarnings("ReferenceEquality") // an exception cannot be suppressed by itself
  private static Throwable instead(Throwable again, Throwable thrown) {
    if (again != thrown && !(again instanceof HttpException)) {
      again.addSuppressed(thrown);
    }
    return again;
  }

  private static Problem problem(Request request, Throwable thrown) {
    return switch (thrown) {
      case InvalidException invalid ->
          new Problem(invalid.status(), invalid.detail(), null, invalid.errors());
      case HttpException refusal -> new Problem(refusal.status(), refusal.detail(), null);
      default -> new Problem(500, "", logged(request, thrown));
    };
  }

  private @Nullable Response ofType(Request request, Throwable thrown) throws Exception {
    OnException<Throwable> handler = closest(thrown.getClass());
    if (handler == null) {
      return null;
    }
    Response response = handler.handle(request, thrown);
    if (response == null) {
      log.error(
          "the error handler for {} returned null (expected: a response)",
          thrown.getClass().getName());
    }
    return response;
  }

  private @Nullable Response ofStatus(Request request, Problem problem) {
    OnStatus handler = byStatus.get(problem.status());
    if (handler == null) {
      return null;
    }
    try {
      Response response = handler.handle(request, problem);
      if (response == null) {
        log.error(
            "the error handler for status {} returned null (expected: a response)",
            problem.status());
        return null;
      }
      return response.status() == 200 ? response.status(problem.status()) : response;
    } catch (Throwable e) {
      log.error("the error handler for status {} failed", problem.status(), e);
      return null;
    }
  }

  private static @Nullable String logged(Request request, Throwable thrown) {
    if (request.isAbandoned() && isOfDeparture(request, thrown)) {
      log.debug("{} ended with its client gone", request, thrown);
      return null;
    }
    String id =
        request
            .attribute(RequestId.KEY)
            .orElseGet(() -> Long.toString(ThreadLocalRandom.current().nextLong(1L << 48), 36));
    log.error("[{}] {} failed", Syntax.printable(id), request, thrown);
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
