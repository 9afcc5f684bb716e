/**
 * The test kit: an application on an engine in memory or on a port, with the same verbs, and a
 * clock that a test moves.
 *
 * <pre>{@code
 * try (var app = TestApp.inMemory(Shop.app());
 *     var orders = app.stream("/orders/42/events")) {
 *   app.post("/orders/42", new Change("paid"));
 *   assertThat(orders.awaitEvent().name()).isEqualTo("paid");
 * }
 * }</pre>
 */
module dev.millrace.test {
  requires transitive dev.millrace.core;
  requires io.netty.buffer;
  requires io.netty.codec.http2;
  requires java.net.http;

  exports dev.millrace.test;
}
