/**
 * Millrace's API, and its machinery as far as it needs no network. The engine is in the module
 * {@code dev.millrace.netty}.
 *
 * <pre>{@code
 * void main() {
 *   var app = Millrace.create();
 *   app.get("/hello", request -> stream("Hello World"));
 *   app.start(8080);
 * }
 * }</pre>
 */
module dev.millrace.core {
  requires transitive org.jspecify;
  requires org.slf4j;
  requires tools.jackson.core;
  requires tools.jackson.databind;

  // Optional: what they offer is offered to clients if they are there.
  requires static com.aayushatharva.brotli4j;
  requires static com.github.luben.zstd_jni;

  exports dev.millrace;
  exports dev.millrace.cluster;
  exports dev.millrace.engine;
  exports dev.millrace.http;
  exports dev.millrace.json;
  exports dev.millrace.room;
  exports dev.millrace.route;
  exports dev.millrace.security;
  exports dev.millrace.stream;
  exports dev.millrace.time;
  exports dev.millrace.websocket;

  uses dev.millrace.engine.Transport;
}
