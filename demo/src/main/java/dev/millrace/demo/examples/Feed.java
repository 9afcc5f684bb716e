package dev.millrace.demo.examples;

import static dev.millrace.http.Response.stream;

import dev.millrace.demo.examples.Example.Param;
import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.route.Routes;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;

/** One feed in three formats: the last releases of Java. */
final class Feed implements Shown {

  record Release(int version, LocalDate date, String brings) {

    String csv() {
      return "%d,%s,\"%s\"\r\n".formatted(version, date, brings.replace("\"", "\"\""));
    }

    String xml() {
      return "  <release version=\"%d\" date=\"%s\">%s</release>\n"
          .formatted(version, date, brings.replace("&", "&amp;").replace("<", "&lt;"));
    }
  }

  private static final List<Release> RELEASES =
      List.of(
          new Release(25, LocalDate.of(2025, 9, 16), "Scoped values, compact source files"),
          new Release(24, LocalDate.of(2025, 3, 18), "Virtual threads no longer pinned, gatherers"),
          new Release(23, LocalDate.of(2024, 9, 17), "Markdown in documentation comments"),
          new Release(22, LocalDate.of(2024, 3, 19), "Foreign functions & memory, \"_\" variables"),
          new Release(21, LocalDate.of(2023, 9, 19), "Virtual threads, List<T>.getFirst"));

  @Override
  public Example about() {
    return Example.of(
            Feed.class,
            "feed",
            "Types of your own",
            "A feed as JSON, CSV or XML",
            "One source, three formats, each streamed with its own content type.")
        .only("any")
        .params(new Param("format", "json", List.of("json", "csv", "xml")));
  }

  @Override
  public void routes(Routes routes) {
    // <feed>
    routes.get("/feed", this::feed);
    // </feed>
  }

  // <feed>
  private Response feed(Request request) {
    return switch (request.query("format").orElse("json")) {
      case "json" -> stream(json()).type("application/json");
      case "csv" -> stream(csv()).type("text/csv;charset=utf-8");
      case "xml" -> stream(xml()).type("application/xml");
      default -> throw new HttpException(400, "format (expected: json, csv or xml)");
    };
  }

  private Stream<String> csv() {
    return Stream.concat(Stream.of("version,date,brings\r\n"), RELEASES.stream().map(Release::csv));
  }

  // </feed>

  private Stream<?> json() { // text leaves as it is, everything else as JSON
    var list = RELEASES.stream().flatMap(release -> Stream.of(",\n", release)).skip(1);
    return Stream.of(Stream.of("["), list, Stream.of("]\n")).flatMap(part -> part);
  }

  private Stream<String> xml() {
    return Stream.of(
            Stream.of("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<releases>\n"),
            RELEASES.stream().map(Release::xml),
            Stream.of("</releases>\n"))
        .flatMap(part -> part);
  }
}
