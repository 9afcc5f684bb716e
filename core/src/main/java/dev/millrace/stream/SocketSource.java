package dev.millrace.stream;

/**
 * A socket's handler where streams have their source. For engines.
 *
 * @param handler what serves the socket
 */
public record SocketSource(SocketHandler handler) implements StreamHandler {

  /**
   * Runs the handler.
   *
   * @param out a {@link LiveSocket}: nothing else gets here
   */
  @Override
  public void handle(LiveStream out) throws Exception {
    handler.handle((LiveSocket) out);
  }
}
