package dev.millrace.cluster;

import dev.millrace.test.BackplaneContract;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The backplane in memory, for its contract; its nodes may be altered. */
final class MemoryStore implements BackplaneContract.Store {
  private final UnaryOperator<Link> altered;
  private final boolean crashes;
  private final List<Backplane> backplanes = new ArrayList<>();

  MemoryStore() {
    this(UnaryOperator.identity(), true);
  }

  /**
   * An empty one.
   *
   * @param crashes whether a crash is noticed
   */
  MemoryStore(UnaryOperator<Link> altered, boolean crashes) {
    this.altered = altered;
    this.crashes = crashes;
    backplanes.add(Backplane.inMemory());
  }

  @Override
  public Link node() {
    return altered.apply(backplanes.getLast().attach());
  }

  /** A node in this process ends by being closed, whatever happens. */
  @Override
  public boolean crash(Link node) {
    if (crashes) {
      node.close();
    }
    return true;
  }

  @Override
  public boolean lose() {
    backplanes.add(Backplane.inMemory());
    return true;
  }

  @Override
  public void close() {
    backplanes.forEach(Backplane::close);
  }
}
