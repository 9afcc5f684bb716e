package dev.millrace.http;

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
 */
@FunctionalInterface
public interface Filter {

  /**
   * Handles a request, usually by asking what follows. Runs on the request's virtual thread and may
   * block.
   *
   * @throws HttpException to refuse with that status
   */
  Response filter(Request request, Next next) throws Exception;
}
