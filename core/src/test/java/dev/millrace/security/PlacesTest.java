package dev.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.stream.LiveStream;
import dev.millrace.stream.StreamHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who has how much open, when much happens at one time. Needs no port. */
class PlacesTest {

  /** A stream that notes which of its methods are called. */
  private static LiveStream noting(List<String> calls) {
    return (LiveStream)
        Proxy.newProxyInstance(
            LiveStream.class.getClassLoader(),
            new Class<?>[] {LiveStream.class},
            (proxy, method, arguments) -> {
              calls.add(method.getName());
              return null;
            });
  }

  private static Places.Place taken(Places places) {
    return Objects.requireNonNull(places.take("a", true));
  }

  @Test
  void aStreamThatIsReplacedBeforeItBeginsNeverRuns() throws Exception {
    Places places = new Places(1, 10);
    List<String> calls = new ArrayList<>();
    AtomicInteger closed = new AtomicInteger();
    AutoCloseable source = closed::incrementAndGet;
    Places.Place old = taken(places);
    StreamHandler held = old.hold(source);
    Places.Place newest = taken(places);
    held.handle(noting(calls));
    assertThat(calls).containsExactly("close");
    assertThat(closed).hasValue(1);
    old.release();
    assertThat(places.size()).as("the newest is still there").isEqualTo(1);
    assertThat(places.take("a", false)).isNull();
    newest.release();
    assertThat(places.size()).isZero();
  }

  @Test
  void aFarewellThatFailsDoesNotKeepTheStreamOpen() throws Exception {
    Places places = new Places(1, 10);
    List<String> calls = new ArrayList<>();
    Places.Place old = taken(places);
    old.bidFarewell(out -> {
      throw new IllegalStateException("cannot say it");
    });
    old.hold((StreamHandler) LiveStream::keepOpen).handle(noting(calls));
    taken(places);
    assertThat(calls).containsExactly("keepOpen", "request", "close");
  }

  @Test
  void neverMoreThanTheLimitAndNothingLeftWhateverHappensAtOneTime() throws Exception {
    for (boolean replace : new boolean[] {false, true}) {
      Places places = new Places(3, 2);
      AtomicInteger[] open = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Callable<Void>> users = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
          Random random = new Random(t);
          users.add(() -> {
            for (int i = 0; i < 2000; i++) {
              use(places, random, open, replace);
            }
            return null;
          });
        }
        for (Future<Void> user : threads.invokeAll(users)) {
          user.get();
        }
      }
      assertThat(places.size()).isZero();
    }
  }

  private static void use(Places places, Random random, AtomicInteger[] open, boolean replace)
      throws Exception {
    int key = random.nextInt(3);
    Places.Place place = places.take("k" + key, replace);
    if (place == null) {
      return;
    }
    int now = open[key].incrementAndGet();
    assertThat(replace || now <= 3).as("%d are open", now).isTrue();
    if (replace && random.nextBoolean()) {
      place.hold((StreamHandler) out -> {}).handle(noting(new ArrayList<>()));
    }
    Thread.onSpinWait();
    open[key].decrementAndGet();
    place.release();
  }
}
