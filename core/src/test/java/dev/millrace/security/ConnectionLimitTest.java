package dev.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.http.Body;
import dev.millrace.http.HttpException;
import dev.millrace.http.Outcome;
import dev.millrace.http.Request;
import dev.millrace.http.RequestValues;
import dev.millrace.http.Response;
import dev.millrace.stream.CloseReason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How much one client may have open. What needs a live stream is tested over each wiring. */
class ConnectionLimitTest {
  private static final Outcome DONE =
      new Outcome(200, 0, 0, Duration.ZERO, CloseReason.of(CloseReason.Kind.COMPLETED));

  private static boolean admits(ConnectionLimit limit, Request request) throws Exception {
    try {
      limit.filter(request, given -> Response.of(200));
      return true;
    } catch (HttpException e) {
      assertThat(e.status()).isEqualTo(503);
      return false;
    }
  }

  private static Request of(String user) {
    return RequestValues.of("GET", "/", "User", user);
  }

  private static ConnectionLimit perUser(int most) {
    return ConnectionLimit.of(most).key(request -> request.header("User").orElse(null));
  }

  @Test
  void whoHasTooMuchOpenIsRefusedUntilSomethingHasEnded() throws Exception {
    var limit = ConnectionLimit.of(2);
    var first = RequestValues.of("GET", "/");
    assertThat(admits(limit, first)).isTrue();
    assertThat(admits(limit, RequestValues.of("GET", "/"))).isTrue();
    var third = RequestValues.of("GET", "/");
    var refusal =
        catchThrowableOfType(
            HttpException.class, () -> limit.filter(third, given -> Response.of(200)));
    assertThat(refusal.status()).isEqualTo(503);
    assertThat(refusal.headers().first("Retry-After")).contains("5");
    assertThat(third.takeHooks()).as("who was refused has nothing to give back").isEmpty();
    assertThat(limit.refused()).isEqualTo(1);

    RequestValues.end(first, DONE);
    assertThat(admits(limit, RequestValues.of("GET", "/"))).isTrue();
  }

  @Test
  void aPlaceIsGivenBackAlsoByAHandlerThatThrows() throws Exception {
    var limit = ConnectionLimit.of(1);
    var request = RequestValues.of("GET", "/");
    assertThatThrownBy(() ->
            limit.filter(
                request,
                given -> {
                  throw new IllegalStateException("broken");
                }))
        .hasMessage("broken");
    assertThat(limit.open()).isEqualTo(1);
    RequestValues.end(request, DONE);
    assertThat(limit.open()).isZero();
  }

  @Test
  void whoHasNoKeyIsNotLimited() throws Exception {
    var limit = perUser(1);
    for (int i = 0; i < 5; i++) {
      assertThat(admits(limit, RequestValues.of("GET", "/"))).isTrue();
    }
    assertThat(limit.open()).isZero();
  }

  @Test
  void moreClientsThanTheTableTakesAreRefused() throws Exception {
    var limit = perUser(2).clients(2);
    var ada = of("ada");
    assertThat(admits(limit, ada)).isTrue();
    assertThat(admits(limit, of("bob"))).isTrue();
    assertThat(admits(limit, of("eve"))).isFalse();
    assertThat(admits(limit, of("bob"))).as("bob is known").isTrue();
    RequestValues.end(ada, DONE);
    assertThat(admits(limit, of("eve"))).isTrue();
  }

  @Test
  void requestsWithoutAStreamAreNotReplaced() throws Exception {
    var limit = ConnectionLimit.of(1).newestReplacesOldest();
    assertThat(admits(limit, RequestValues.of("GET", "/"))).isTrue();
    assertThat(admits(limit, RequestValues.of("GET", "/"))).isFalse();
  }

  @Test
  void aStreamThatNeverBeginsLetsItsSourceGo() throws Exception {
    var limit = ConnectionLimit.of(1).newestReplacesOldest();
    AtomicInteger closed = new AtomicInteger();
    AutoCloseable source = closed::incrementAndGet;
    var request = RequestValues.of("HEAD", "/");
    Response response = limit.filter(request, given -> Response.stream(source));
    Body.Stream stream = (Body.Stream) response.body();
    ((AutoCloseable) stream.source()).close();
    RequestValues.end(request, DONE);
    assertThat(closed).hasValue(1);
    assertThat(limit.open()).isZero();
  }

  @Test
  void afterAnyComingAndGoingNothingIsLeft() throws Exception {
    var random = new Random(7);
    for (boolean replace : new boolean[] {false, true}) {
      var limit = replace ? perUser(3).newestReplacesOldest() : perUser(3);
      var open = new ArrayDeque<Request>();
      for (int i = 0; i < 5000; i++) {
        if (random.nextInt(3) > 0) {
          var request = of("u" + random.nextInt(4));
          boolean streams = random.nextBoolean();
          try {
            limit.filter(request, given -> streams ? Response.stream(out -> {}) : Response.of(200));
          } catch (HttpException e) {
            assertThat(e.status()).isEqualTo(503);
          }
          open.add(request);
        } else if (!open.isEmpty()) {
          RequestValues.end(random.nextBoolean() ? open.removeFirst() : open.removeLast(), DONE);
        }
        assertThat(limit.open()).isLessThanOrEqualTo(4);
      }
      open.forEach(request -> RequestValues.end(request, DONE));
      assertThat(limit.open()).isZero();
      for (int i = 0; i < 3; i++) {
        assertThat(admits(limit, of("u0"))).as("all places are free").isTrue();
      }
      assertThat(admits(limit, of("u0"))).isFalse();
    }
  }

  @Test
  void aLimitOfNothingIsAnErrorAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConnectionLimit.of(0))
        .withMessage("requests: 0, clients: 100000 (expected: at least 1)");
  }
}
