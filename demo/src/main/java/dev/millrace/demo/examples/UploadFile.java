package dev.millrace.demo.examples;

import static dev.millrace.http.Response.json;

import dev.millrace.http.BodyLimit;
import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.route.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** A file that comes in a form, or as the body itself. It is measured and forgotten. */
final class UploadFile implements Shown {

  // <upload>
  record Received(String name, long size, String type, String sha256) {}

  // </upload>

  @Override
  public Example about() {
    return Example.plain(
        UploadFile.class,
        "upload",
        "Uploads",
        "A form with a field named file, or the file itself as the body. Up to 50 MB on this route,"
            + " one on all others. Nothing is kept.",
        "POST",
        "/upload",
        "upload");
  }

  @Override
  public void routes(Routes routes) {
    // <upload>
    routes.with(BodyLimit.of(50 << 20)).post("/upload", this::upload);
    // </upload>
  }

  // <upload>
  private Response upload(Request request) throws IOException {
    if (!isForm(request)) {
      return received(name(request), type(request), request.input());
    }
    // What is long waits in a file that goes with the response.
    var file = request.form().file("file").orElseThrow(UploadFile::none);
    return received(file.fileName(), file.type(), file.input());
  }

  // </upload>

  private static HttpException none() {
    return new HttpException(400, "no file (expected: in the field \"file\")");
  }

  private static String name(Request request) {
    return request.query("name").orElse("");
  }

  private static String type(Request request) {
    return request.header("Content-Type").orElse("application/octet-stream");
  }

  private static boolean isForm(Request request) {
    return type(request).toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
  }

  private static Response received(String name, String type, InputStream content)
      throws IOException {
    MessageDigest digest = sha256();
    try (var in = new DigestInputStream(content, digest)) {
      long size = in.transferTo(OutputStream.nullOutputStream());
      return json(new Received(name, size, type, HexFormat.of().formatHex(digest.digest())));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
