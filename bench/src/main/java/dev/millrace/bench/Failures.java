package dev.millrace.bench;

import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;

/** What becomes of a connection whose handler failed. */
final class Failures {
  private Failures() {}

  /** Closes the connection. A client that cut it is no news; the log names everything else. */
  static void close(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) {
      // The end of the pipeline logs what reaches it.
      context.fireExceptionCaught(cause);
    }
    var _ = context.close();
  }
}
