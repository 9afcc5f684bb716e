package dev.millrace.stream;

/** Work that belongs to a stream: the run of a timer, a cleanup. May block and may throw. */
@FunctionalInterface
public interface Task {

  /** Does the work, on a virtual thread. */
  void run() throws Exception;
}
