package dev.millrace.http;

/**
 * Answers a request. A handler is a function: it returns a value and writes nothing, so it can be
 * called by a test without a server.
 *
 * <pre>{@code
 * Handler hello = request -> Response.text("Hello " + request.query("name").orElse("World"));
 * }</pre>
 */
@FunctionalInterface
public interface Handler {

  /**
   * Answers one request. Runs on a virtual thread of its own and may block.
   *
   * @throws HttpException to answer with that status
   * @throws Exception anything else is logged and answered with 500, without telling the client
   *     more
   */
  Response handle(Request request) throws Exception;
}
