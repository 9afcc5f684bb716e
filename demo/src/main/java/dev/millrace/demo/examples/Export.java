package dev.millrace.demo.examples;

import static dev.millrace.http.Response.stream;

import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.route.Routes;
import dev.millrace.stream.LiveStream;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A table that is written while it is read. */
final class Export implements Shown {
  private static final int USERS = 100_000;

  @Override
  public Example about() {
    return Example.plain(
        Export.class,
        "export",
        "100,000 rows as CSV",
        "Written row by row at the reader’s speed, so the server holds some kilobytes of it. "
            + "Read slowly, and see that the heap does not mind.",
        "GET",
        "/export/users.csv",
        "rows");
  }

  @Override
  public void routes(Routes routes) {
    // <export>
    routes.get("/export/users.csv", this::users);
    // </export>
  }

  // <export>
  private Response users(Request request) {
    return stream(this::write)
        .type("text/csv;charset=utf-8")
        .attachment("users.csv")
        .header("X-Total-Count", "" + USERS);
  }

  private void write(LiveStream out) throws IOException {
    try (var csv = out.writer()) {
      csv.write("id,name,email,city,joined,motto\r\n");
      for (int id = 1; id <= USERS; id++) {
        csv.write(row(User.of(id)));
      }
    }
  }

  // </export>

  /** RFC 4180: a field with a comma, a quote or a line's end stands in quotes. */
  static String row(User user) {
    return Stream.of(user.id(), user.name(), user.email(), user.city(), user.joined(), user.motto())
        .map(value -> quoted(value.toString()))
        .collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
