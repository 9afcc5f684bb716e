package dev.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import dev.millrace.http.RequestValues;
import dev.millrace.http.Response;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What guards say. Needs no port. */
class GuardTest {
  private static final Guard YES = request -> true;
  private static final Guard NO = request -> false;
  private static final Guard WHO =
      request -> {
        throw new HttpException(401, "who are you?").header("WWW-Authenticate", "Bearer");
      };
  private static final Guard BROKEN =
      request -> {
        throw new HttpException(503, "the directory does not answer");
      };

  private final Request request = RequestValues.of("GET", "/");

  private static Guard named(String name) {
    return switch (name) {
      case "yes" -> YES;
      case "no" -> NO;
      case "who" -> WHO;
      case "broken" -> BROKEN;
      case "gone" -> NO.orElse(410, "gone");
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** 200, or the status of the refusal. */
  private int status(Guard guard) throws Exception {
    try {
      return guard.filter().filter(request, given -> Response.noContent()).status() == 204
          ? 200
          : 0;
    } catch (HttpException e) {
      return e.status();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "yes, yes, 200", "yes, no, 403", "no, yes, 403", "yes, who, 401", "who, yes, 401",
    "no, gone, 403", "gone, no, 410", "gone, who, 410", "yes, gone, 410", "yes, broken, 503",
    "broken, no, 503"
  })
  void andAllowsWhatBothAllowAndTheFirstNoAnswers(String first, String second, int status)
      throws Exception {
    assertThat(status(named(first).and(named(second)))).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "yes, no, 200", "no, yes, 200", "yes, who, 200", "who, yes, 200", "yes, broken, 200",
    "no, no, 403", "no, who, 403", "who, no, 401", "gone, who, 410", "who, gone, 401",
    "broken, yes, 503", "no, broken, 503"
  })
  void orAllowsWhatOneAllowsAndTheFirstAnswersIfNoneDoes(String first, String second, int status)
      throws Exception {
    assertThat(status(named(first).or(named(second)))).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({"yes, 403", "no, 200", "gone, 200", "who, 401", "broken, 503"})
  void notTurnsAVerdictAroundButWhatWasThrownStaysThrown(String guard, int status)
      throws Exception {
    assertThat(status(named(guard).not())).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "who, no, 401",
    "who, yes, 403",
    "no, who, 401",
    "no, no, 200",
    "broken, yes, 503",
    "no, broken, 503"
  })
  void notOfAnOrLetsNobodyInWhoWasNotChecked(String first, String second, int status)
      throws Exception {
    assertThat(status(named(first).or(named(second)).not())).isEqualTo(status);
  }

  @Test
  void theOtherIsAskedOnlyIfItMatters() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Guard counting = request -> asked.incrementAndGet() > 0;
    status(NO.and(counting));
    status(YES.or(counting));
    assertThat(asked).hasValue(0);
    status(YES.and(counting));
    assertThat(asked).hasValue(1);
    status(NO.or(counting));
    assertThat(asked).hasValue(2);
  }

  @Test
  void aRefusalIs403UnlessSomethingElseIsSaid() throws Exception {
    assertThat(status(NO)).isEqualTo(403);
    var refusal = NO.orElse(404, "there is no such order").refusal(request).orElseThrow();
    assertThat(refusal.status()).isEqualTo(404);
    assertThat(refusal.detail()).isEqualTo("there is no such order");
    assertThat(YES.orElse(404, "never").refusal(request)).isEmpty();
  }

  @Test
  void aRefusalMayHaveHeadersOfItsOwn() {
    Guard guard = NO.orElse(given -> new HttpException(429, "later").header("Retry-After", "7"));
    var thrown =
        catchThrowableOfType(
            HttpException.class,
            () -> guard.filter().filter(request, given -> Response.noContent()));
    assertThat(thrown.headers().first("Retry-After")).contains("7");
  }

  @Test
  void whatAGuardThrowsItselfStaysAsItIs() {
    var thrown =
        catchThrowableOfType(
            HttpException.class, () -> WHO.orElse(404, "no").or(NO).refusal(request).orElseThrow());
    assertThat(thrown).isNull();
    assertThatThrownBy(() -> WHO.orElse(404, "no").refusal(request))
        .isInstanceOfSatisfying(
            HttpException.class,
            e -> assertThat(e.headers().first("WWW-Authenticate")).contains("Bearer"));
  }

  @Test
  void whoCannotBeCheckedDoesNotPass() {
    Guard failing =
        given -> {
          throw new IOException("the directory is away");
        };
    assertThatThrownBy(() -> status(failing.or(YES))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> status(failing.not())).isInstanceOf(IOException.class);
  }

  @Test
  void aStatusThatIsNoRefusalIsAnErrorAtOnce() {
    assertThatThrownBy(() -> NO.orElse(200, "fine"))
        .hasMessage("status: 200 (expected: 400 to 599)");
  }
}
