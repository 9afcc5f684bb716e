package dev.millrace.http;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/** Puts filters in front of a handler. */
public final class Filters {
  private Filters() {}

  /**
   * A handler that goes through the filters in their order first.
   *
   * <p>Each {@link Next} may be called once: a second call throws, for it would run the handler
   * twice.
   */
  public static Handler chain(List<Filter> filters, Handler handler) {
    Handler chain = checked(handler);
    for (Filter filter : filters.reversed()) {
      chain = link(filter, chain);
    }
    return chain;
  }

  private static Handler link(Filter filter, Handler rest) {
    return request -> {
      AtomicBoolean called = new AtomicBoolean();
      Response response =
          filter.filter(
              request,
              given -> {
                if (!called.compareAndSet(false, true)) {
                  throw new IllegalStateException(
                      "a filter called next.handle twice for "
                          + request
                          + " (expected: at most once)");
                }
                return rest.handle(given);
              });
      return Objects.requireNonNull(response, "a filter returned null (expected: a Response)");
    };
  }

  private static Handler checked(Handler handler) {
    return request ->
        Objects.requireNonNull(
            handler.handle(request), "the handler returned null (expected: a Response)");
  }
}
