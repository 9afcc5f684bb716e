package dev.millrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * A part of a {@code multipart/form-data} body while it comes, as {@link Request#parts} gives it.
 * It can be read until the next one is asked for, by one thread.
 */
public final class Part {
  private final Multipart multipart;
  private final PartHead head;
  private final FormLimits limits;
  private boolean read;

  Part(Multipart multipart, PartHead head, FormLimits limits) {
    this.multipart = multipart;
    this.head = head;
    this.limits = limits;
  }

  /** The name of its field. */
  public String name() {
    return head.name();
  }

  /** The name of its file, as {@link Upload#fileName} has it; empty for a field that is no file. */
  public Optional<String> fileName() {
    return Optional.ofNullable(head.fileName());
  }

  /**
   * The media type that the client gave; otherwise {@code text/plain}, or {@code
   * application/octet-stream} for a file.
   */
  public String type() {
    if (!head.type().isEmpty()) {
      return head.type();
    }
    return head.fileName() == null ? "text/plain" : "application/octet-stream";
  }

  /**
   * The content as it comes. Reading blocks until the client has sent more, and reading slowly
   * slows the client down.
   *
   * @return ends with the part; throws {@link HttpException} 400 when the form is not well formed,
   *     413 when the body is over its limit, {@link IOException} when the client goes away, {@link
   *     IllegalStateException} when the next part has been asked for
   */
  public InputStream input() {
    return new Content();
  }

  /**
   * The whole content as text, in the charset that the part names, otherwise UTF-8. Blocks.
   *
   * @throws HttpException 413 above {@link FormLimits#textBytes}; 400 when it is not of that
   *     charset
   */
  public String text() {
    try {
      byte[] content = input().readNBytes(limits.textBytes());
      if (content.length == limits.textBytes() && input().read() >= 0) {
        throw FormReader.textTooLong(limits);
      }
      return FormReader.decode(this, content);
    } catch (IOException e) {
      throw new UncheckedIOException("the request's body did not arrive whole", e);
    }
  }

  boolean isRead() {
    return read;
  }

  void wasRead() {
    read = true;
  }

  @Override
  public String toString() {
    return "part \"" + Syntax.printable(name()) + "\"";
  }

  private final class Content extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      return multipart.read(Part.this, target, from, length);
    }
  }
}
