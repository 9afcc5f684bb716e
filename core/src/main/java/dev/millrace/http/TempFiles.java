package dev.millrace.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary files of one request, in the directory that {@code java.io.tmpdir} names. Readable
 * by their owner only, where the file system knows owners.
 */
final class TempFiles {
  private static final Logger log = LoggerFactory.getLogger(TempFiles.class);

  private List<Path> files = new ArrayList<>(2);
  private boolean over;

  Path create() throws IOException {
    Path file = Files.createTempFile("millrace-", ".upload");
    if (!keep(file)) {
      Files.deleteIfExists(file);
      throw new IllegalStateException(
          "a temporary file after the response has ended (expected: forms to be read before)");
    }
    return file;
  }

  private synchronized boolean keep(Path file) {
    return !over && files.add(file);
  }

  /** Somebody else owns it now. */
  synchronized void forget(Path file) {
    if (!over) {
      files.remove(file);
    }
  }

  /** Removes all, and lets none be made any more. */
  void remove() {
    for (Path file : takeAll()) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        log.warn("the temporary file {} cannot be removed", file, e);
      }
    }
  }

  private synchronized List<Path> takeAll() {
    List<Path> taken = files;
    files = List.of();
    over = true;
    return taken;
  }
}
