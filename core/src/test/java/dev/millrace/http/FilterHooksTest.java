package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.stream.CloseReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What filters do before and after, as values. Over each wiring: AfterTest. Needs no port. */
class FilterHooksTest {
  private static final Outcome DONE =
      new Outcome(200, 2, 0, Duration.ZERO, CloseReason.of(CloseReason.Kind.COMPLETED));

  private final List<String> log = new ArrayList<>();
  private final Request request = RequestValues.of("GET", "/");

  private Filter around(String name) {
    return (given, next) ->
        Filter.before(r -> log.add("before " + name))
            .filter(
                given,
                then -> Filter.after((r, outcome) -> log.add("after " + name)).filter(then, next));
  }

  @Test
  void hooksRunFromTheOutermostInAndBackOut() throws Exception {
    Handler handler =
        Filters.chain(
            List.of(around("first"), around("second")),
            given -> {
              log.add("handler");
              return Response.text("ok");
            });
    handler.handle(request);
    assertThat(log).containsExactly("before first", "before second", "handler");
    RequestValues.end(request, DONE);
    assertThat(log.subList(3, 5)).containsExactly("after second", "after first");
  }

  @Test
  void whatRunsBeforeMayRefuse() {
    Filter filter =
        Filter.before(given -> {
          throw new HttpException(401, "who are you?");
        });
    assertThatThrownBy(() -> filter.filter(request, given -> Response.text("never")))
        .isInstanceOf(HttpException.class);
  }

  @Test
  void whatRunsAfterRunsAlsoWhenTheHandlerThrew() {
    Handler handler =
        Filters.chain(
            List.of(around("x")),
            given -> {
              throw new IllegalStateException();
            });
    assertThatThrownBy(() -> handler.handle(request)).isInstanceOf(IllegalStateException.class);
    RequestValues.end(request, DONE);
    assertThat(log).containsExactly("before x", "after x");
  }
}
