package dev.millrace.test;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import java.util.List;

/** How a test reaches its application. */
public enum Wiring {
  MEMORY,
  HTTP_1,
  HTTP_2;

  /** The wirings over which every behaviour is tested. */
  static List<Wiring> all() {
    return List.of(values());
  }

  public TestApp start(Millrace app) {
    return start(app, ServerOptions.DEFAULT);
  }

  /** With a clock that the test moves. */
  public TestApp startAt(FakeClock clock, Millrace app) {
    return start(app, ServerOptions.DEFAULT.time(clock));
  }

  public TestApp start(Millrace app, ServerOptions options) {
    return switch (this) {
      case MEMORY -> TestApp.inMemory(app, options);
      case HTTP_1 -> TestApp.onPort(app, TestApp.Protocol.HTTP_1, options);
      case HTTP_2 -> TestApp.onPort(app, TestApp.Protocol.HTTP_2, options);
    };
  }
}
