/**
 * Millrace's engine: HTTP/1.1 and HTTP/2 on Netty. A program depends on it and does not name it:
 *
 * <pre>{@code
 * Millrace.create().get("/hello", request -> stream("Hello World")).start(8080);
 * }</pre>
 */
module dev.millrace.netty {
  requires transitive dev.millrace.core;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.codec.http2;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.classes.io_uring;
  requires io.netty.transport.unix.common;
  requires org.slf4j;

  exports dev.millrace.netty;

  provides dev.millrace.engine.Transport with
      dev.millrace.netty.NettyTransport;
}
