package dev.millrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that lie somewhere and can be read from any place: a file, a resource of the class path.
 * What a response of {@link Body.File} is made of; it can be asked for in part (RFC 9110, section
 * 14) and only if it has changed (section 13).
 */
public interface Content {

  /** How many bytes there are. */
  long length();

  /** The media type, with its charset where it has one. */
  String type();

  /**
   * The entity tag (RFC 9110, section 8.8.3), quotes included; the same as long as the bytes are
   * the same.
   */
  String etag();

  /** When the bytes were last changed, to the second; {@code null} when nobody knows. */
  @Nullable Instant lastModified();

  /**
   * Opens the bytes. Blocks.
   *
   * @param from where to begin, 0 to {@link #length()}
   * @return the caller's to close
   */
  InputStream open(long from) throws IOException;

  /** The file that holds just these bytes; {@code null} when there is none. */
  @Nullable Path file();
}
