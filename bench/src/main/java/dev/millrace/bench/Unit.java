package dev.millrace.bench;

/**
 * What a measurement counts, and how tables show it.
 *
 * @param rate the heading of what was done in a second
 * @param cost the heading of CPU seconds
 * @param costOf for how many operations those are
 */
record Unit(String rate, String cost, double costOf) {
  /** Events, requests, rows or messages. */
  static final Unit EVENTS = new Unit("/s", "CPU s/M", 1e6);

  /** An operation is a MiB. */
  static final Unit MEBIBYTES = new Unit("MiB/s", "CPU s/GiB", 1024);
}
