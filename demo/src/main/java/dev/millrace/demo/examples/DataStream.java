package dev.millrace.demo.examples;

import static dev.millrace.http.Response.stream;

import dev.millrace.demo.examples.Example.Param;
import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.route.Routes;
import dev.millrace.stream.LiveStream;
import java.time.Instant;

/** One JSON document, written as it grows. */
final class DataStream implements Shown {

  // <data-stream>
  record Item(int id, Instant made) {}

  // </data-stream>

  @Override
  public Example about() {
    return Example.of(
            DataStream.class,
            "data-stream",
            "Types of your own",
            "A document that grows",
            "One valid JSON document, written an item at a time. A count that is not valid is a "
                + "real 400, because nothing has left yet.")
        .only("json")
        .params(new Param("count", "5", null));
  }

  @Override
  public void routes(Routes routes) {
    // <data-stream>
    routes.get("/data-stream", this::document);
    // </data-stream>
  }

  // <data-stream>
  private Response document(Request request) {
    int count = request.query("count", Integer::parseInt).orElse(3);
    if (count < 1 || count > 1000) {
      throw new HttpException(400, "count: " + count + " (expected: 1 to 1000)");
    }
    return stream(out -> write(out, count)).type("application/json");
  }

  private void write(LiveStream out, int last) throws Exception {
    out.send("{\"items\":[");
    for (int id = 1; id <= last; id++) {
      Thread.sleep(500);
      out.send(new Item(id, Instant.now()));
      out.send(id < last ? "," : "]}");
    }
  }
  // </data-stream>
}
