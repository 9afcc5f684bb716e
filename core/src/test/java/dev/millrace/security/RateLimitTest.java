package dev.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import dev.millrace.http.RequestValues;
import dev.millrace.http.Response;
import dev.millrace.time.TimeSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often one client may ask. Needs no port. */
class RateLimitTest {

  /** A clock that stands where it is put. */
  private static final class Clock implements TimeSource {
    private long now;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusNanos(now);
    }

    void advance(Duration time) {
      now += time.toNanos();
    }
  }

  private final Clock clock = new Clock();

  private static int status(RateLimit limit, Request request) throws Exception {
    try {
      return limit.filter(request, given -> Response.of(200)).status();
    } catch (HttpException e) {
      return e.status();
    }
  }

  private static Request from(String address) throws Exception {
    return RequestValues.from(new InetSocketAddress(InetAddress.getByName(address), 1));
  }

  @Test
  void whoAsksTooOftenIsToldWhenToComeAgain() throws Exception {
    var limit = RateLimit.of(2, Duration.ofSeconds(5)).time(clock);
    var request = RequestValues.of("GET", "/");
    assertThat(status(limit, request)).isEqualTo(200);
    assertThat(status(limit, request)).isEqualTo(200);
    var refusal =
        catchThrowableOfType(
            HttpException.class, () -> limit.filter(request, given -> Response.of(200)));
    assertThat(refusal.status()).isEqualTo(429);
    assertThat(refusal.headers().first("Retry-After")).contains("3");
    assertThat(limit.refused()).isEqualTo(1);

    clock.advance(Duration.ofMillis(2499));
    assertThat(status(limit, request)).isEqualTo(429);
    clock.advance(Duration.ofMillis(1));
    assertThat(status(limit, request)).isEqualTo(200);
    assertThat(status(limit, request)).isEqualTo(429);
  }

  @Test
  void whoCameAgainAtThatTimePasses() throws Exception {
    var limit = RateLimit.of(7, Duration.ofSeconds(60)).burst(1).time(clock);
    var request = RequestValues.of("GET", "/");
    for (int i = 0; i < 20; i++) {
      assertThat(status(limit, request)).isEqualTo(200);
      var refusal =
          catchThrowableOfType(
              HttpException.class, () -> limit.filter(request, given -> Response.of(200)));
      clock.advance(
          Duration.ofSeconds(Long.parseLong(refusal.headers().first("Retry-After").orElseThrow())));
    }
  }

  @Test
  void aBurstIsWhatMayComeAtOnce() throws Exception {
    var limit = RateLimit.of(1, Duration.ofSeconds(1)).burst(3).time(clock);
    var request = RequestValues.of("GET", "/");
    for (int i = 0; i < 3; i++) {
      assertThat(status(limit, request)).isEqualTo(200);
    }
    assertThat(status(limit, request)).isEqualTo(429);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "2001:db8:1:2::1, 2001:db8:1:2:ffff::9, true",
    "2001:db8:1:2::1, 2001:db8:1:3::1, false",
    "::ffff:192.0.2.1, 192.0.2.1, true"
  })
  void aClientIsAnAddressOrANetworkOfIpv6(String one, String other, boolean same) throws Exception {
    var limit = RateLimit.of(1, Duration.ofHours(1)).time(clock);
    assertThat(status(limit, from(one))).isEqualTo(200);
    assertThat(status(limit, from(other))).isEqualTo(same ? 429 : 200);
    assertThat(limit.known()).isEqualTo(same ? 1 : 2);
  }

  @Test
  void anAddressThatIsNotOfIpIsOneClient() {
    assertThat(ClientKey.address(RequestValues.from(UnixDomainSocketAddress.of("/run/x"))))
        .isEqualTo("/run/x");
    assertThat(
            ClientKey.address(
                RequestValues.from(InetSocketAddress.createUnresolved("a.example", 1))))
        .isEqualTo("a.example");
  }

  @Test
  void aKeyOfOnesOwnDecidesWhomToCountFor() throws Exception {
    var limit =
        RateLimit.of(1, Duration.ofHours(1))
            .time(clock)
            .key(request -> request.header("User").orElse(null));
    assertThat(status(limit, RequestValues.of("GET", "/", "User", "ada"))).isEqualTo(200);
    assertThat(status(limit, RequestValues.of("GET", "/", "User", "ada"))).isEqualTo(429);
    assertThat(status(limit, RequestValues.of("GET", "/", "User", "bob"))).isEqualTo(200);
    assertThat(status(limit, RequestValues.of("GET", "/"))).isEqualTo(200);
    assertThat(status(limit, RequestValues.of("GET", "/"))).isEqualTo(200);
    assertThat(limit.known()).isEqualTo(2);
  }

  @Test
  void aLongKeyTakesLittleRoomAndIsStillOnesOwn() throws Exception {
    var limit = RateLimit.of(1, Duration.ofHours(1)).time(clock).key(request -> request.rawQuery());
    String same = "k".repeat(8000);
    assertThat(status(limit, RequestValues.of("GET", "/?" + same + "a"))).isEqualTo(200);
    assertThat(status(limit, RequestValues.of("GET", "/?" + same + "b"))).isEqualTo(200);
    assertThat(status(limit, RequestValues.of("GET", "/?" + same + "a"))).isEqualTo(429);
    assertThat(ClientKey.bounded(same)).hasSizeLessThanOrEqualTo(65).startsWith("#");
  }

  @Test
  void whatCannotBeMeantIsAnErrorAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RateLimit.of(0, Duration.ofSeconds(1)))
        .withMessage("permits: 0 (expected: at least 1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RateLimit.of(1, Duration.ZERO))
        .withMessage("per: PT0S (expected: more than zero)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RateLimit.of(1, Duration.ofSeconds(1)).burst(0))
        .withMessage("burst: 0 (expected: at least 1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RateLimit.of(1, Duration.ofSeconds(1)).clients(0))
        .withMessage("clients: 0 (expected: at least 1)");
  }
}
