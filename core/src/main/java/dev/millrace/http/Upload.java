package dev.millrace.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file that came with a form. Up to {@link FormLimits#memoryBytes} it is in memory, above that in
 * a temporary file, which is removed when the response has ended, whatever ended it: {@linkplain
 * #moveTo move} what is to stay.
 *
 * <p>May be read several times and by several threads; one thread moves it.
 */
public final class Upload {
  private final String name;
  private final String fileName;
  private final String type;
  private final long size;
  private final byte @Nullable [] content;
  private final TempFiles temporary;

  /** Where it is; changed by who moves it. */
  private volatile @Nullable Path file;

  /** One of the two, content and file, holds what came. */
  Upload(
      Part part, long size, byte @Nullable [] content, @Nullable Path file, TempFiles temporary) {
    this.name = part.name();
    this.fileName = part.fileName().orElse("");
    this.type = part.type();
    this.size = size;
    this.content = content;
    this.file = file;
    this.temporary = temporary;
  }

  /** The name of its field. */
  public String name() {
    return name;
  }

  /**
   * What the client calls the file: without directories and control characters, and empty when it
   * gave no usable name. To show to people. Chosen by the client, so it is neither unique nor a
   * safe name on every system: store files under names of your own.
   */
  public String fileName() {
    return fileName;
  }

  /**
   * The media type as the client says, {@code application/octet-stream} when it says none. Chosen
   * by the client: no proof of what the content is.
   */
  public String type() {
    return type;
  }

  /** How many bytes it has. */
  public long size() {
    return size;
  }

  /**
   * The content, from its beginning.
   *
   * @return the caller's to close
   * @throws UncheckedIOException when the temporary file has been removed, as after the response
   */
  public InputStream input() {
    if (content != null) {
      return new ByteArrayInputStream(content);
    }
    try {
      return Files.newInputStream(path());
    } catch (IOException e) {
      throw failed("be read", e);
    }
  }

  /**
   * The whole content in memory. Blocks.
   *
   * @throws UncheckedIOException when the temporary file has been removed, as after the response
   */
  public byte[] bytes() {
    try (InputStream in = input()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw failed("be read", e);
    }
  }

  /** The whole content as UTF-8; what is not becomes the replacement character. Blocks. */
  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  /**
   * Puts the file in its place, where it stays, with the permissions that new files have there.
   * Blocks. Reading goes on from there.
   *
   * @param target not there yet; in a directory that is
   * @throws java.nio.file.FileAlreadyExistsException when there is something already
   * @throws IOException when it cannot be written
   */
  public void moveTo(Path target) throws IOException {
    if (content != null) {
      Files.write(target, content, StandardOpenOption.CREATE_NEW);
      return;
    }
    Path from = path();
    // Made first: so nothing is overwritten, and it shows what permissions new files have.
    Files.createFile(target);
    try {
      if (Files.getFileStore(target).supportsFileAttributeView(PosixFileAttributeView.class)) {
        Files.setPosixFilePermissions(from, Files.getPosixFilePermissions(target));
      }
      Files.move(from, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(target);
      throw e;
    }
    file = target;
    temporary.forget(from);
  }

  private Path path() {
    return Objects.requireNonNull(file, "an upload without content is in a file");
  }

  private UncheckedIOException failed(String what, IOException cause) {
    return new UncheckedIOException(
        "the upload \"%s\" cannot %s (expected: before the response has ended)"
            .formatted(Syntax.printable(name), what),
        cause);
  }

  @Override
  public String toString() {
    return "Upload[\"%s\", %s, %d bytes]"
        .formatted(Syntax.printable(fileName), Syntax.printable(type), size);
  }
}
