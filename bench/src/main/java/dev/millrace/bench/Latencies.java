package dev.millrace.bench;

/** How long many things took, counted in steps of 3 % or less. */
final class Latencies {
  /** Steps from one power of two to the next. */
  private static final int STEPS = 32;

  private static final int STEP_BITS = 5;

  private final long[] counts = new long[64 * STEPS];
  private long count;
  private long worst;

  void add(long nanos) {
    counts[index(Math.max(nanos, STEPS))]++;
    count++;
    worst = Math.max(worst, nanos);
  }

  private static int index(long nanos) {
    int shift = 63 - Long.numberOfLeadingZeros(nanos) - STEP_BITS;
    return shift * STEPS + (int) (nanos >>> shift);
  }

  /** The time within which this share of them were done, in microseconds. */
  long microsAt(double share) {
    long left = (long) (count * share);
    int index = STEPS;
    while (left >= counts[index] && index < counts.length - 1) {
      left -= counts[index++];
    }
    int shift = index / STEPS - 1;
    return ((long) (index - shift * STEPS) << shift) / 1000;
  }

  long worstMicros() {
    return worst / 1000;
  }

  String describe() {
    return "p50 %,7d us, p99 %,7d us, p99.9 %,7d us, worst %,7d us"
        .formatted(microsAt(0.5), microsAt(0.99), microsAt(0.999), worst / 1000);
  }
}
