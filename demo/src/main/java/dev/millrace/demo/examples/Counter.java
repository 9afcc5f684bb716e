package dev.millrace.demo.examples;

import static dev.millrace.http.Response.noContent;
import static dev.millrace.http.Response.stream;
import static java.time.Duration.ofSeconds;

import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.route.Routes;
import dev.millrace.stream.Event;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.StreamOptions;
import java.util.Map;

/** Events with ids, and a client that goes on where it was cut off. */
final class Counter implements Shown {

  @Override
  public Example about() {
    return Example.of(
            Counter.class,
            "counter",
            "Values",
            "Ids and reconnecting",
            "Ten events with ids, and a retry time of one second. Who comes back with a "
                + "Last-Event-ID goes on after it; who has seen all is told not to come back.")
        .named("counter");
  }

  @Override
  public void routes(Routes routes) {
    // <counter>
    routes.get("/counter", this::counter);
    // </counter>
  }

  // <counter>
  private Response counter(Request request) {
    int seen = lastSeen(request);
    if (seen == 10) {
      return noContent(); // tells EventSource not to come back
    }
    var options = StreamOptions.DEFAULT.retry(ofSeconds(1));
    return stream(out -> count(out, seen + 1), options);
  }

  private void count(LiveStream out, int first) throws Exception {
    for (int n = first; n <= 10; n++) {
      var event = Event.of(Map.of("count", n)).name("counter");
      out.send(event.id("msg-" + n));
      Thread.sleep(500);
    }
  }

  // </counter>

  /** The number in the {@code Last-Event-ID}; 0 for a client that has seen none of ours. */
  private static int lastSeen(Request request) {
    String id = request.header("Last-Event-ID").orElse("");
    return id.matches("msg-([1-9]|10)") ? Integer.parseInt(id.substring("msg-".length())) : 0;
  }
}
