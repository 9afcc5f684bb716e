package dev.millrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Form} of a body. */
final class FormReader {
  private final Form.Builder form = new Form.Builder();
  private final FormLimits limits;
  private final Request request;
  private @Nullable TempFiles temporary;
  private long textBytes;

  private FormReader(FormLimits limits, Request request) {
    this.limits = limits;
    this.request = request;
  }

  /** WHATWG URL, section 5.1; always UTF-8, whatever the type says. */
  static Form urlEncoded(byte[] body, FormLimits limits) {
    if (body.length > limits.textBytes()) {
      throw textTooLong(limits);
    }
    Form.Builder form = new Form.Builder();
    int[] count = {0};
    Query.forEach(
        utf8("the form", body),
        (name, value) -> {
          count[0]++;
          if (count[0] > limits.parts()) {
            throw new HttpException(413, "the form has over " + limits.parts() + " fields");
          }
          form.text(name, value);
        });
    return form.build();
  }

  static Form multipart(Multipart parts, FormLimits limits, Request request) {
    return new FormReader(limits, request).read(parts);
  }

  private Form read(Multipart parts) {
    boolean whole = false;
    try {
      for (Part part = parts.next(); part != null; part = parts.next()) {
        if (part.fileName().isPresent()) {
          file(part);
        } else {
          text(part);
        }
      }
      whole = true;
      return form.build();
    } catch (IOException e) {
      throw new UncheckedIOException("the request's body did not arrive whole", e);
    } finally {
      if (!whole && temporary != null) {
        temporary.remove();
      }
    }
  }

  private void text(Part part) throws IOException {
    int left = (int) (limits.textBytes() - textBytes);
    byte[] content = part.input().readNBytes(left);
    if (content.length == left && part.input().read() >= 0) {
      throw textTooLong(limits);
    }
    textBytes += content.length;
    form.text(part.name(), decode(part, content));
  }

  private void file(Part part) throws IOException {
    InputStream in = part.input();
    byte[] head = in.readNBytes(limits.memoryBytes());
    int next = head.length < limits.memoryBytes() ? -1 : in.read();
    if (next < 0) {
      if (head.length == 0 && part.fileName().orElse("").isEmpty()) {
        form.empty(part.name());
      } else {
        form.file(new Upload(part, head.length, head, null, files()));
      }
      return;
    }
    Path file = files().create();
    long size = head.length + 1L;
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(head);
      out.write(next);
      size += in.transferTo(out);
    }
    form.file(new Upload(part, size, null, file, files()));
  }

  private TempFiles files() {
    TempFiles files = temporary;
    if (files == null) {
      files = new TempFiles();
      temporary = files;
      TempFiles toRemove = files;
      request.after(outcome -> toRemove.remove());
    }
    return files;
  }

  // --- text ---

  static HttpException textTooLong(FormLimits limits) {
    return new HttpException(
        413, "the form's text is over the limit of " + limits.textBytes() + " bytes");
  }

  static String decode(Part part, byte[] content) {
    String charset =
        HeaderParameters.of("form: " + part + ": Content-Type", part.type()).get("charset");
    return decode(
        "form: " + part,
        content,
        charset == null ? StandardCharsets.UTF_8 : RequestBody.charset(charset));
  }

  private static String utf8(String what, byte[] content) {
    return decode(what, content, StandardCharsets.UTF_8);
  }

  private static String decode(String what, byte[] content, Charset charset) {
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new HttpException(400, what + " is not " + charset.name());
    }
  }
}
