package dev.millrace.bench;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the system's kernel holds for a server's connections, as {@code ss} tells it: no part of the
 * process's memory, but memory all the same.
 *
 * @param connections that are established
 * @param bytes in their buffers, on the server's side
 */
record SocketMemory(int connections, long bytes) {
  private static final Pattern FIELDS =
      Pattern.compile("skmem:\\(r(\\d+),rb\\d+,t\\d+,tb\\d+,f(\\d+),w(\\d+),");

  /** Fails where there is no {@code ss} (Debian: {@code iproute2}). */
  static SocketMemory ofPort(int port) {
    List<String> lines =
        Tool.run(List.of("ss", "-t", "-n", "-m", "-H", "state", "established", "sport = :" + port));
    int connections = 0;
    long bytes = 0;
    for (String line : lines) {
      Matcher fields = FIELDS.matcher(line);
      if (fields.find()) {
        connections++;
        bytes += number(fields, 1) + number(fields, 2) + number(fields, 3);
      }
    }
    return new SocketMemory(connections, bytes);
  }

  private static long number(Matcher fields, int group) {
    return Long.parseLong(fields.group(group));
  }
}
