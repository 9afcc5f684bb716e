package dev.millrace.http;

/** What follows a filter: the next filter, or the handler. */
@FunctionalInterface
public interface Next {

  /**
   * Goes on with the request. To be called at most once; a filter that does not call it answers
   * itself.
   *
   * @throws IllegalStateException when called a second time
   */
  Response handle(Request request) throws Exception;
}
