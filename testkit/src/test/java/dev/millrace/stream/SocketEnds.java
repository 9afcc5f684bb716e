package dev.millrace.stream;

import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.nothingIsLeftOf;

import dev.millrace.test.TestApp;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What the tests of sockets have in common: how they note an end, and what it must leave. */
final class SocketEnds {
  static final SocketOptions FREE = SocketOptions.DEFAULT.rate(0, Duration.ofSeconds(1));

  /** Why sockets have ended, as their cleanups were told. */
  final BlockingQueue<CloseReason> reasons = new LinkedBlockingQueue<>();

  void note(LiveStream socket) {
    socket.onClose(reasons::add);
  }

  /** Waits until a server is as it was before the first request. */
  static void nothingIsLeft(TestApp test) {
    eventually("sockets have gone", () -> test.server().status().sockets() == 0);
    nothingIsLeftOf(test);
  }
}
