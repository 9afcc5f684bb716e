package dev.millrace.bench;

/** What the command-line tools say: the one place that writes to standard output. */
final class Console {
  private Console() {}

  static void print(String line) {
    System.out.println(line);
  }

  /** Says why the tool cannot go on, and ends the JVM with status 2. */
  static void fail(String why) {
    System.err.println(why);
    System.exit(2);
  }
}
