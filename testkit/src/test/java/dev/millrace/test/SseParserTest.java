package dev.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit's parser against WHATWG HTML, section 9.2.6. No port. */
class SseParserTest {

  /** Writes down what is found, a line each. */
  private static final class Log implements EventParser.Found {
    final List<String> lines = new ArrayList<>();
    final List<String> ids = new ArrayList<>();

    @Override
    public void event(TestEvent event) {
      lines.add(event.name() + "|" + event.id() + "|" + event.data());
    }

    @Override
    public void comment(String text) {
      lines.add("comment " + text);
    }

    @Override
    public void id(String id) {
      ids.add(id);
    }

    @Override
    public void retry(Duration time) {
      lines.add("retry " + time.toMillis());
    }
  }

  static List<Arguments> cases() {
    return List.of(
        found("data: hello\n\n", "message|null|hello"),
        found("data:hello\n\n", "message|null|hello"),
        found("data:  two spaces\n\n", "message|null| two spaces"),
        found("data: a\ndata: b\n\n", "message|null|a\nb"),
        found("data: a\rdata: b\r\r", "message|null|a\nb"),
        found("data: a\r\ndata: b\r\n\r\n", "message|null|a\nb"),
        found("data: a\r\n\ndata: b\n\r", "message|null|a", "message|null|b"),
        found("data\n\n", "message|null|"),
        found("data\ndata\n\n", "message|null|\n"),
        found("data:\n\n", "message|null|"),
        found("data: a:b\n\n", "message|null|a:b"),
        found("id: 7\nevent: tick\ndata: x\n\n", "tick|7|x"),
        found("event: tick\n\ndata: x\n\n", "message|null|x"),
        found("id\ndata: x\n\n", "message||x"),
        found("id: a\0b\ndata: x\n\n", "message|null|x"),
        found(": hello\n\n", "comment hello"),
        found(":\n\n", "comment "),
        found("retry: 1000\n\n", "retry 1000"),
        found("retry: soon\n\n"),
        found("retry: -1\n\n"),
        found("retry:\n\n"),
        found("unknown: x\ndata: y\n\n", "message|null|y"),
        found("Data: x\n\n"),
        found("\n\n\n"),
        found("data: never finished\n"),
        found("\uFEFFdata: after a mark\n\n", "message|null|after a mark"),
        found("data: ä€𝄞\n\n", "message|null|ä€𝄞"));
  }

  private static Arguments found(String stream, String... lines) {
    return Arguments.of(stream, List.of(lines));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readsAsABrowserDoes(String stream, List<String> expected) {
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    Log log = new Log();
    new SseParser().parse(bytes, 0, bytes.length, log);
    assertThat(log.lines).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readsTheSameByteByByte(String stream, List<String> expected) {
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    Log log = new Log();
    SseParser parser = new SseParser();
    for (int i = 0; i < bytes.length; i++) {
      parser.parse(bytes, i, 1, log);
    }
    assertThat(log.lines).isEqualTo(expected);
  }

  @Test
  void anNdJsonLineIsAnEventAndAnEnvelopeIsOpened() {
    byte[] bytes =
        """
        {"a":1}
        "text"

        {"event":"tick","id":"7","data":{"b":2}}
        {"data":1}
        """
            .getBytes(StandardCharsets.UTF_8);
    Log log = new Log();
    new NdJsonParser().parse(bytes, 0, bytes.length, log);
    assertThat(log.lines)
        .containsExactly(
            "message|null|{\"a\":1}",
            "message|null|\"text\"",
            "comment ",
            "tick|7|{\"b\":2}",
            "message|null|{\"data\":1}");
  }

  @Test
  void anIdIsToldWithAnEventOrAlone() {
    Log log = new Log();
    byte[] bytes =
        "id: 1\n\nid: 2\ndata: x\n\ndata: y\n\nid: 3\ndata\n".getBytes(StandardCharsets.UTF_8);
    new SseParser().parse(bytes, 0, bytes.length, log);
    assertThat(log.ids).containsExactly("1", "2");
    assertThat(log.lines).containsExactly("message|2|x", "message|null|y");
  }
}
