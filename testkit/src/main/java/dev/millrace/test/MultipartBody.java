package dev.millrace.test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A form with files as browsers send it (RFC 7578; WHATWG HTML, section 4.10.21.8). */
final class MultipartBody {
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Part(byte[] head, byte[] content) {}

  private final List<Part> parts = new ArrayList<>();
  private String boundary = "----millrace-test";

  void add(String name, @Nullable String fileName, @Nullable String type, byte[] content) {
    StringBuilder head = new StringBuilder("Content-Disposition: form-data; name=\"");
    head.append(escape(name)).append('"');
    if (fileName != null) {
      head.append("; filename=\"").append(escape(fileName)).append('"');
    }
    if (type != null) {
      head.append("\r\nContent-Type: ").append(type);
    }
    byte[] bytes = head.append("\r\n\r\n").toString().getBytes(StandardCharsets.UTF_8);
    parts.add(new Part(bytes, content.clone()));
    while (new String(content, StandardCharsets.ISO_8859_1).contains(boundary)) {
      boundary += "-x";
    }
  }

  String type() {
    return "multipart/form-data; boundary=" + boundary;
  }

  byte[] bytes() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (Part part : parts) {
      body.writeBytes(ascii("--" + boundary + "\r\n"));
      body.writeBytes(part.head);
      body.writeBytes(part.content);
      body.writeBytes(ascii("\r\n"));
    }
    body.writeBytes(ascii("--" + boundary + "--\r\n"));
    return body.toByteArray();
  }

  private static String escape(String name) {
    return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
