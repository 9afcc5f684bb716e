package dev.millrace.http;

import dev.millrace.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** A file, as it was when its attributes were read. */
record FileContent(Path path, long length, String type, String etag, @Nullable Instant lastModified)
    implements Content {

  /**
   * 2 January 1980. Tools that make the same archive of the same sources set the time of all files
   * to the beginning of some calendar: such a time says nothing.
   */
  private static final Instant OLDEST = Instant.ofEpochSecond(315_619_200);

  /**
   * A file that a handler has named.
   *
   * @throws HttpException 404 when there is none, or it is a directory or a device
   */
  static FileContent of(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (attributes.isRegularFile()) {
        return of(file, attributes, MediaTypes.of(nameOf(file)), "");
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      // answered as what is no file
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new HttpException(404, "there is no such file");
  }

  /**
   * A file whose attributes have been read.
   *
   * @param variant what its entity tag ends with, to tell it from its siblings
   */
  static FileContent of(Path file, BasicFileAttributes attributes, String type, String variant) {
    long length = attributes.size();
    Instant modified = attributes.lastModifiedTime().toInstant();
    StringBuilder etag = new StringBuilder(48).append('"');
    etag.append(Long.toHexString(length)).append('-');
    append(etag, modified);
    if (modified.isBefore(OLDEST)) {
      append(etag.append('-'), attributes.creationTime().toInstant());
      modified = null;
    } else {
      // A time that is still to come is not sent (RFC 9110, section 8.8.2.1).
      modified = modified.isAfter(TimeSource.system().instant()) ? null : modified;
    }
    return new FileContent(
        file,
        length,
        type,
        etag.append(variant).append('"').toString(),
        modified == null ? null : modified.truncatedTo(ChronoUnit.SECONDS));
  }

  private static void append(StringBuilder text, Instant time) {
    text.append(Long.toHexString(time.getEpochSecond()));
    text.append('.').append(Integer.toHexString(time.getNano()));
  }

  static String nameOf(Path file) {
    Path name = file.getFileName();
    return name == null ? "" : name.toString();
  }

  @Override
  public InputStream open(long from) throws IOException {
    SeekableByteChannel channel = Files.newByteChannel(path);
    try {
      return Channels.newInputStream(channel.position(from));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public @Nullable Path file() {
    return path.getFileSystem().equals(FileSystems.getDefault()) ? path : null;
  }
}
