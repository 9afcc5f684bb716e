package dev.millrace.http;

import java.util.function.BiConsumer;

/**
 * Stands in front of handlers: it may answer itself, change the request, or change the response.
 *
 * <p>A streamed response has not begun when {@link Next#handle} returns it. So a filter can still
 * add headers to it, or put another response in its place.
 *
 * <pre>{@code
 * Filter timing = (request, next) -> {
 *   var response = next.handle(request);
 *   return response.header("Server-Timing", "app;dur=12");
 * };
 * }</pre>
 *
 * <p>The filters of an application see every response, also those that are made of what was thrown
 * further in. A route's own filters see the exception.
 */
@FunctionalInterface
public interface Filter {

  /** What is done with a request before it is handled. */
  @FunctionalInterface
  interface Action {

    /**
     * Looks at a request. Runs on the request's virtual thread and may block.
     *
     * @throws HttpException to refuse with that status
     */
    void accept(Request request) throws Exception;
  }

  /** A filter that does something first, and then goes on. */
  static Filter before(Action action) {
    return (request, next) -> {
      action.accept(request);
      return next.handle(request);
    };
  }

  /**
   * A filter whose hook runs once when the response has ended: a stream's when its client has gone
   * or it was closed, and its own cleanups have run. The hook of an outer filter runs after those
   * of the filters further in. Runs on a virtual thread and may block; what it throws is logged.
   *
   * <pre>{@code
   * app.filter(Filter.after((request, outcome) -> metrics.count(outcome.status(), outcome.bytes())));
   * }</pre>
   */
  static Filter after(BiConsumer<Request, Outcome> hook) {
    return (request, next) -> {
      request.after(outcome -> hook.accept(request, outcome));
      return next.handle(request);
    };
  }

  /**
   * Handles a request, usually by asking what follows. Runs on the request's virtual thread and may
   * block.
   *
   * @throws HttpException to refuse with that status
   */
  Response filter(Request request, Next next) throws Exception;
}
