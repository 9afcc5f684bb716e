package dev.millrace.cluster;

/** Everything in this process's memory. */
final class MemoryBackplane implements Backplane {

  @Override
  public Link attach() {
    throw new UnsupportedOperationException("to come");
  }

  @Override
  public void close() {}
}
