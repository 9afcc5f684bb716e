package dev.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.millrace.test.BackplaneContract;
import dev.millrace.test.BackplaneContract.Case;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The backplane in memory does what it must, and a broken one is found out. Needs no port. */
class BackplaneContractTest {

  /** Longer than what must grow too old in a case. */
  private static final Duration SHORT = Duration.ofMillis(700);

  @TestFactory
  Stream<DynamicTest> theBackplaneInMemoryKeepsTheContract() {
    return BackplaneContract.cases(MemoryStore::new).stream()
        .map(each -> dynamicTest(each.toString(), each::run));
  }

  @TestFactory
  Stream<DynamicTest> itKeepsItWithOtherRandomNumbers() {
    return IntStream.range(0, 20)
        .mapToObj(seed -> BackplaneContract.cases(MemoryStore::new, Duration.ofSeconds(20), seed))
        .flatMap(List::stream)
        .filter(each -> Set.of(7, 12).contains(each.must()) || each.name().contains("seam"))
        .map(each -> dynamicTest(each.toString(), each::run));
  }

  @TestFactory
  Stream<DynamicTest> aBrokenBackplaneIsFoundOut() {
    return BrokenBackplanes.all().stream()
        .flatMap(broken ->
            broken.foundBy().stream()
                .map(name ->
                    dynamicTest(
                        broken.name() + " is found by: " + name,
                        () -> assertFoundBy(broken, name))));
  }

  private static void assertFoundBy(BrokenBackplanes.Broken broken, String name) {
    Case found =
        BackplaneContract.cases(broken::store, SHORT, 7).stream()
            .filter(each -> each.name().equals(name))
            .findAny()
            .orElseThrow(() -> new AssertionError("no case is named " + name));
    assertThatThrownBy(found::run)
        .as(broken.name() + " is found by: " + name)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("MUST " + found.must() + ": " + name + ", seed 7: ");
  }

  @Test
  void everyCaseFindsSomethingOut() {
    Set<String> names =
        BackplaneContract.cases(MemoryStore::new).stream()
            .map(Case::name)
            .collect(Collectors.toSet());
    Set<String> finding =
        BrokenBackplanes.all().stream()
            .flatMap(broken -> broken.foundBy().stream())
            .collect(Collectors.toSet());
    assertThat(finding).isEqualTo(names);
  }

  @Test
  void everyMustHasCasesAndEachCaseAName() {
    List<Case> cases = BackplaneContract.cases(MemoryStore::new);
    assertThat(cases.stream().map(Case::must).distinct())
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 12).boxed().toList());
    assertThat(cases.stream().map(Case::name)).doesNotHaveDuplicates();
  }

  @Test
  void whatAStoreCannotDoIsSaid() {
    Case loss =
        BackplaneContract.cases(StoreOfNothing::new).stream()
            .filter(each -> each.name().equals("a loss begins another epoch"))
            .findAny()
            .orElseThrow();
    assertThatThrownBy(loss::run)
        .isInstanceOf(BackplaneContract.UntestableException.class)
        .hasMessage("the store cannot lose messages");
  }

  private static final class StoreOfNothing implements BackplaneContract.Store {
    private final Backplane backplane = Backplane.inMemory();

    @Override
    public Link node() {
      return backplane.attach();
    }

    @Override
    public void close() {
      backplane.close();
    }
  }

  @Test
  void aCaseNeedsSomePatience() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BackplaneContract.cases(MemoryStore::new, Duration.ZERO, 1))
        .withMessage("patience: PT0S (expected: more than zero)");
  }
}
