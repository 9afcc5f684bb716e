package dev.millrace.bench;

import static dev.millrace.http.Response.stream;
import static dev.millrace.http.Response.text;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.Millrace;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.stream.LiveStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Long responses as a user of the framework writes them. */
final class Exports {
  private static final byte[] LINES =
      "2026-11-21T10:00:00Z INFO a line like the one before it\n".repeat(292).getBytes(US_ASCII);

  private Exports() {}

  static void routes(Millrace app) {
    app.get("/file", request -> Response.file(BenchFile.get()));
    app.get("/csv", request -> csv(stream(out -> CsvRows.write(out.writer(), rows(request)))));
    app.get("/csv-lines", request -> csv(stream(new CsvRows(rows(request)))));
    app.get("/csv-file", Exports::csvFile);
    app.get("/endless", request -> stream(Exports::endless).type("text/plain"));
  }

  private static int rows(Request request) {
    return request.query("rows", Integer::parseInt).orElse(CsvRows.DEFAULT_ROWS);
  }

  private static Response csv(Response response) {
    return response.type("text/csv").attachment("customers.csv");
  }

  /** The measure of an export: the same rows by the same code in a file, which then goes again. */
  private static Response csvFile(Request request) throws IOException {
    int rows = rows(request);
    Path file = Files.createTempFile("millrace-bench", ".csv");
    request.after(outcome -> delete(file));
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      CsvRows.write(out, rows);
    }
    return text(rows + " rows\n");
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      Console.print("%s stays: %s".formatted(file, e));
    }
  }

  /** Until the reader has gone: as fast as it takes it, and as compressible as a log. */
  private static void endless(LiveStream out) throws IOException {
    OutputStream bytes = out.output();
    while (out.isOpen()) {
      bytes.write(LINES);
    }
  }
}
