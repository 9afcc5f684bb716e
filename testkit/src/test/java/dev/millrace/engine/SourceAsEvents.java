package dev.millrace.engine;

import static dev.millrace.http.Response.stream;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.util.Arrays;

/** What a client sees of a source that a route streams as events. */
final class SourceAsEvents {
  private SourceAsEvents() {}

  /** Streams the source: events of this data, then the end, and nothing is left. */
  static void expect(Millrace app, Wiring wiring, Object source, String... data) {
    app.get("/s", request -> stream(source));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      String events = String.join("", Arrays.stream(data).map(d -> "data: " + d + "\n\n").toList());
      assertThat(s.text()).isEqualTo(events);
      nothingIsLeftOf(test);
    }
  }
}
