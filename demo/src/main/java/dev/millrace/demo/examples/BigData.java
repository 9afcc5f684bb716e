package dev.millrace.demo.examples;

import static dev.millrace.http.Response.stream;

import dev.millrace.demo.examples.Example.Param;
import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.route.Routes;
import dev.millrace.stream.LiveStream;

/** One JSON document that is never whole in memory. */
final class BigData implements Shown {

  @Override
  public Example about() {
    return Example.plain(
            BigData.class,
            "big-data",
            "A large JSON document",
            "One valid array of many thousand objects, each encoded and sent on its own. Where the "
                + "reader is behind, send waits.",
            "GET",
            "/big-data",
            "rows")
        .params(new Param("count", "50000", null));
  }

  @Override
  public void routes(Routes routes) {
    // <big-data>
    routes.get("/big-data", this::document);
    // </big-data>
  }

  // <big-data>
  private Response document(Request request) {
    int count = request.query("count", Integer::parseInt).orElse(50_000);
    if (count < 1 || count > 200_000) {
      throw new HttpException(400, "count: " + count + " (expected: 1 to 200000)");
    }
    return stream(out -> write(out, count))
        .type("application/json")
        .header("X-Total-Count", "" + count);
  }

  private void write(LiveStream out, int count) {
    out.send("[\n");
    for (int id = 1; id <= count; id++) {
      out.send(User.of(id)); // as JSON; text is sent as it is
      out.send(id < count ? ",\n" : "\n]\n");
    }
  }
  // </big-data>
}
