package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Runs other programs: {@code jcmd}, {@code wrk}, {@code h2load}. */
final class Tool {
  private Tool() {}

  /** Waits for the program's end and gives the lines that it wrote. It does not outlive the JVM. */
  static List<String> run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      Thread killer = new Thread(process::destroyForcibly);
      Runtime.getRuntime().addShutdownHook(killer);
      List<String> lines =
          new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
      int status = process.waitFor();
      Runtime.getRuntime().removeShutdownHook(killer);
      if (status != 0) {
        throw new IllegalStateException(
            "\"%s\" failed:%n%s"
                .formatted(String.join(" ", command), String.join(System.lineSeparator(), lines)));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + command.getFirst(), e);
    }
  }
}
