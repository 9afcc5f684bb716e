package dev.millrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A server's process seen from outside: Linux's {@code /proc} and the JDK's {@code jcmd}. */
record ServerProcess(long pid) {
  /** Linux counts CPU time in ticks of 10 ms on every platform that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  /** The CPU time that all threads of the process have used, in user and kernel mode. */
  double cpuSeconds() {
    String stat = read("stat");
    // The second field is the command in parentheses and may hold blanks: count from behind it.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long userTicks = Long.parseLong(fields[11]);
    long systemTicks = Long.parseLong(fields[12]);
    return (userTicks + systemTicks) / TICKS_PER_SECOND;
  }

  /** Physical memory in bytes: heap, code, buffers and stacks, as far as they were ever touched. */
  long residentBytes() {
    return status("VmRSS") * 1024;
  }

  /** The most since {@link #resetPeak}. */
  long peakResidentBytes() {
    return status("VmHWM") * 1024;
  }

  /** What is resident now is the peak, from now on. */
  void resetPeak() {
    try {
      Files.writeString(Path.of("/proc", Long.toString(pid), "clear_refs"), "5");
    } catch (IOException e) {
      throw new UncheckedIOException("process %d is gone, or not ours".formatted(pid), e);
    }
  }

  /** Platform threads. Virtual ones are objects: look in {@link #liveHeap}. */
  long threads() {
    return status("Threads");
  }

  /** Whether it has a heap that {@code jcmd} can look at. */
  boolean isJvm() {
    return read("comm").strip().equals("java");
  }

  /** What is reachable in the heap. Makes the server collect all garbage first. */
  HeapHistogram liveHeap() {
    return HeapHistogram.parse(jcmd("GC.class_histogram"));
  }

  private long status(String key) {
    return read("status")
        .lines()
        .filter(line -> line.startsWith(key + ":"))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }

  private String read(String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), file));
    } catch (IOException e) {
      throw new UncheckedIOException("process %d is gone, or not ours".formatted(pid), e);
    }
  }

  private List<String> jcmd(String command) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    return Tool.run(List.of(jcmd, Long.toString(pid), command));
  }
}
