package dev.millrace.bench;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The live objects of a heap by class, as {@code jcmd PID GC.class_histogram} lists them. */
record HeapHistogram(Map<String, Usage> classes) {
  private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");

  /** How many objects, and how many bytes they take together. */
  record Usage(long instances, long bytes) {
    static final Usage NONE = new Usage(0, 0);

    Usage plus(Usage other) {
      return new Usage(instances + other.instances, bytes + other.bytes);
    }

    Usage minus(Usage other) {
      return new Usage(instances - other.instances, bytes - other.bytes);
    }
  }

  static HeapHistogram parse(List<String> lines) {
    Map<String, Usage> classes = new HashMap<>();
    for (String line : lines) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        Usage usage = new Usage(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
        classes.merge(matcher.group(3), usage, Usage::plus);
      }
    }
    if (classes.isEmpty()) {
      throw new IllegalStateException("no histogram: " + String.join(" | ", lines));
    }
    return new HeapHistogram(classes);
  }

  long bytes() {
    return classes.values().stream().mapToLong(Usage::bytes).sum();
  }

  long virtualThreads() {
    return classes.getOrDefault("java.lang.VirtualThread", Usage.NONE).instances();
  }

  /** What came since {@code before}, the classes that grew most first. */
  Stream<Map.Entry<String, Usage>> growthSince(HeapHistogram before) {
    return classes.entrySet().stream()
        .map(entry -> {
          Usage then = before.classes.getOrDefault(entry.getKey(), Usage.NONE);
          return Map.entry(entry.getKey(), entry.getValue().minus(then));
        })
        .sorted(Comparator.comparingLong(entry -> -entry.getValue().bytes()));
  }
}
