package dev.millrace.test;

import dev.millrace.cluster.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * What every {@link dev.millrace.cluster.Backplane} must do, as cases that can be run: several for
 * each numbered MUST of its Javadoc. Belongs to no test framework. With JUnit:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> keepsTheContract() {
 *   return BackplaneContract.cases(MyStore::new).stream()
 *       .map(each -> dynamicTest(each.toString(), each::run));
 * }
 * }</pre>
 *
 * <p>What a case does needs no quick backplane: it waits for what must happen, as long as its
 * patience lasts, and appends 1,000 messages at most. Some wait half a second for messages to grow
 * too old.
 */
public final class BackplaneContract {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long SEED = 20_260_101;

  /** Where messages are kept, with nodes around it. Each case makes an empty one, and closes it. */
  public interface Store extends AutoCloseable {

    /**
     * Another node: as if in another process.
     *
     * @throws Exception fails the case
     */
    Link node() throws Exception;

    /**
     * Ends a node as the end of its process does, which closes nothing.
     *
     * @return whether this can be done; {@code false} unless it is overridden
     * @throws Exception fails the case
     */
    default boolean crash(Link node) throws Exception {
      return false;
    }

    /**
     * Loses messages that have been acknowledged. Nodes made before are used no more.
     *
     * @return whether this can be done; {@code false} unless it is overridden
     * @throws Exception fails the case
     */
    default boolean lose() throws Exception {
      return false;
    }

    /** Takes all nodes away and everything that was kept. */
    @Override
    void close();
  }

  /** A case cannot be run, because its {@link Store} cannot do what it needs. */
  public static final class UntestableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UntestableException(String reason) {
      super(reason);
    }
  }

  /** Something that must hold. */
  public static final class Case {
    private final int must;
    private final String name;
    private final Body body;
    private final Supplier<? extends Store> stores;
    private final Duration patience;
    private final long seed;

    private Case(Told told, Supplier<? extends Store> stores, Duration patience, long seed) {
      this.must = told.must;
      this.name = told.name;
      this.body = told.body;
      this.stores = stores;
      this.patience = patience;
      this.seed = seed;
    }

    /** The number of the MUST that it belongs to, 1 to 12. */
    public int must() {
      return must;
    }

    /** Says in a sentence what must hold. */
    public String name() {
      return name;
    }

    /**
     * Makes a store, tries it, and closes the store. Blocks until that is done.
     *
     * @throws AssertionError when it does not hold
     * @throws UntestableException when the store cannot do what is needed
     * @throws Exception when something in the store failed
     */
    public void run() throws Exception {
      try (Store store = stores.get();
          BackplaneRun run = new BackplaneRun(store, patience, seed)) {
        body.run(run);
      } catch (AssertionError e) {
        throw new AssertionError("MUST " + this + ", seed " + seed + ": " + e.getMessage(), e);
      }
    }

    @Override
    public String toString() {
      return must + ": " + name;
    }
  }

  /** What a case does. */
  interface Body {
    void run(BackplaneRun run) throws Exception;
  }

  /** A case without a store. */
  record Told(int must, String name, Body body) {}

  private BackplaneContract() {}

  /**
   * All cases, with 20 s of patience and always the same random numbers.
   *
   * @param stores each call makes an empty one
   */
  public static List<Case> cases(Supplier<? extends Store> stores) {
    return cases(stores, PATIENCE, SEED);
  }

  /**
   * All cases.
   *
   * @param stores each call makes an empty one
   * @param patience how long a case waits for anything, more than zero
   * @param seed of what is random
   * @throws IllegalArgumentException when there is no patience
   */
  public static List<Case> cases(Supplier<? extends Store> stores, Duration patience, long seed) {
    if (!patience.isPositive()) {
      throw new IllegalArgumentException("patience: " + patience + " (expected: more than zero)");
    }
    List<Told> all = new ArrayList<>();
    all.addAll(BackplaneLogCases.CASES);
    all.addAll(BackplaneSeamCases.CASES);
    all.addAll(BackplaneListenerCases.CASES);
    all.addAll(BackplanePresenceCases.CASES);
    all.sort(Comparator.comparingInt(Told::must));
    return all.stream().map(told -> new Case(told, stores, patience, seed)).toList();
  }
}
