package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.CloseReason.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The line of a response. Needs no port. */
class AccessLogTest {
  private static final String NAME = "access.test";

  private final Logger logger = (Logger) LoggerFactory.getLogger(NAME);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final AccessLog filter = new AccessLog().logger(NAME);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(lines);
  }

  private static Outcome outcome(int status, long events, Kind kind) {
    return new Outcome(status, 5120, events, Duration.ofMillis(12), CloseReason.of(kind));
  }

  private ILoggingEvent line(AccessLog log, Request request, Outcome outcome) throws Exception {
    log.filter(request, given -> Response.noContent());
    assertThat(lines.list).as("nothing is logged before the end").isEmpty();
    RequestValues.end(request, outcome);
    assertThat(lines.list).hasSize(1);
    return lines.list.removeFirst();
  }

  private String message(String target) throws Exception {
    return line(filter, RequestValues.of("GET", target), outcome(200, 0, Kind.COMPLETED))
        .getFormattedMessage();
  }

  @Test
  void aLineSaysWhatWasAskedAndAnswered() throws Exception {
    Request request =
        RequestValues.of(
            "GET", "/orders?page=2&token=abc", "Cookie", "a=b", "Authorization", "Bearer x");
    request.attribute(RequestId.KEY, "id-1");
    ILoggingEvent line = line(filter, request, outcome(200, 0, Kind.COMPLETED));
    assertThat(line.getFormattedMessage())
        .isEqualTo("GET /orders?page=2&token=*** 200 COMPLETED 5120 B 12 ms");
    assertThat(line.getLevel()).isEqualTo(Level.INFO);
    assertThat(line.getLoggerName()).isEqualTo(NAME);
    Map<String, Object> values =
        line.getKeyValuePairs().stream().collect(Collectors.toMap(p -> p.key, p -> p.value));
    assertThat(values)
        .isEqualTo(
            Map.ofEntries(
                Map.entry("method", "GET"),
                Map.entry("path", "/orders"),
                Map.entry("query", "page=2&token=***"),
                Map.entry("status", 200),
                Map.entry("bytes", 5120L),
                Map.entry("events", 0L),
                Map.entry("duration_ms", 12L),
                Map.entry("reason", "COMPLETED"),
                Map.entry("protocol", "HTTP/1.1"),
                Map.entry("remote", "127.0.0.1"),
                Map.entry("request_id", "id-1")));
  }

  @Test
  void aStreamsLineSaysHowManyEventsItHadAndWhyItEnded() throws Exception {
    assertThat(
            line(filter, RequestValues.of("GET", "/ticks"), outcome(200, 7, Kind.DISCONNECTED))
                .getFormattedMessage())
        .isEqualTo("GET /ticks 200 DISCONNECTED 5120 B 7 events 12 ms");
  }

  @ParameterizedTest
  @CsvSource({
    "a=1, a=1",
    "token=1, token=***",
    "a=1&token=2&b=3, a=1&token=***&b=3",
    "TOKEN=1, TOKEN=***",
    "%74oken=1, %74oken=***",
    "t%6Fken=1&token=2, t%6Fken=***&token=***",
    "pass%zz=1, pass%zz=***",
    "token, token",
    "token=, token=***",
    "token=a=b, token=***",
    "&&a=1&, &&a=1&",
    "mytoken=1, mytoken=1",
    "access_token=1&api_key=2&password=3, access_token=***&api_key=***&password=***"
  })
  void secretsInTheQueryAreNotWritten(String query, String written) throws Exception {
    assertThat(message("/p?" + query)).startsWith("GET /p?" + written + " 200");
  }

  @Test
  void whatElseIsSecretCanBeSaid() throws Exception {
    AccessLog more = filter.hide("IBAN");
    assertThat(
            line(
                    more,
                    RequestValues.of("GET", "/?iban=DE1&token=2"),
                    outcome(200, 0, Kind.COMPLETED))
                .getFormattedMessage())
        .startsWith("GET /?iban=***&token=*** ");
  }

  @Test
  void nothingFromAClientBeginsALineOrSteersATerminal() throws Exception {
    assertThat(message("/a\r\nGET /forged 200\u001b[31m\u0085\u2028\u202e\u0000?x=\n"))
        .startsWith(
            "GET /a\\u000d\\u000aGET /forged 200\\u001b[31m\\u0085\\u2028\\u202e\\u0000?x=\\u000a")
        .doesNotContainPattern("\\R");
    assertThat(message("/\udb40\udc01")).startsWith("GET /\\ue0001 200");
    assertThat(message("/ü/😀/\ud83d")).startsWith("GET /ü/😀/\\ud83d 200");
  }

  @Test
  void whatAClientSentIsShortened() throws Exception {
    assertThat(message("/" + "x".repeat(50_000))).hasSizeLessThan(1200).contains("x… 200");
  }

  @Test
  void aLoggerThatIsOffCostsNothing() throws Exception {
    logger.setLevel(Level.WARN);
    Request request = RequestValues.of("GET", "/");
    filter.filter(request, given -> Response.noContent());
    assertThat(request.takeHooks()).isEmpty();
  }

  @Test
  void noTextWhateverBreaksALine() {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(12); j > 0; j--) {
        text.append((char) (random.nextBoolean() ? random.nextInt(0x30) : random.nextInt(0x10000)));
      }
      String safe = LogText.safe(text.toString());
      assertThat(safe.chars().noneMatch(Character::isISOControl)).as(safe).isTrue();
      assertThat(safe.lines().count()).isLessThanOrEqualTo(1);
      assertThat(LogText.redacted("token=" + text.toString().replace("&", ""), Set.of("token")))
          .isEqualTo("token=***");
    }
  }
}
