package dev.millrace.netty;

import dev.millrace.engine.Dispatcher;
import dev.millrace.engine.Transport;
import java.io.IOException;

/** HTTP/1.1 and HTTP/2 on Netty. Found through {@link java.util.ServiceLoader}. */
public final class NettyTransport implements Transport {

  /** For the service loader. */
  public NettyTransport() {}

  @Override
  public Running start(Config config, Dispatcher dispatcher) throws IOException {
    return NettyServer.start(config, dispatcher);
  }
}
