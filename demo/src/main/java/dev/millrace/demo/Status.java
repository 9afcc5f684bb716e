package dev.millrace.demo;

import dev.millrace.Server;
import dev.millrace.ServerStatus;
import dev.millrace.engine.Limit;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code /status} says.
 *
 * @param heapUsed bytes, garbage included
 * @param limited how often each limit has stopped somebody since the start; without those that
 *     never have
 */
record Status(
    int connections,
    int streams,
    int sockets,
    int timers,
    int virtualThreads,
    long heapUsed,
    Map<String, Long> limited) {

  static Status of(Server server) {
    ServerStatus alive = server.status();
    Runtime runtime = Runtime.getRuntime();
    return new Status(
        alive.connections(),
        alive.streams(),
        alive.sockets(),
        alive.timers(),
        alive.virtualThreads(),
        runtime.totalMemory() - runtime.freeMemory(),
        limited(server));
  }

  private static Map<String, Long> limited(Server server) {
    Map<String, Long> limited = new TreeMap<>();
    for (Limit limit : Limit.values()) {
      long times = server.counters().limited(limit);
      if (times > 0) {
        limited.put(limit.name().toLowerCase(Locale.ROOT), times);
      }
    }
    return limited;
  }
}
