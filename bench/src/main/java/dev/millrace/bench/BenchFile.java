package dev.millrace.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;

/**
 * The file behind {@code /file}: full of bytes that do not compress, and no holes. Made by the
 * first request for it and then kept, so that the servers that are compared send the same one.
 */
final class BenchFile {
  private static final int PIECE = 1 << 20;

  private BenchFile() {}

  /** The file that {@code flags.sh} names; written the first time. */
  static synchronized Path get() throws IOException {
    String name = System.getProperty("bench.file");
    if (name == null) {
      throw new IllegalStateException("bench.file is not set (expected: started by bench/serve)");
    }
    Path file = Path.of(name);
    long mebibytes = Long.getLong("bench.file.mib", 1024);
    if (!Files.exists(file) || Files.size(file) != mebibytes * PIECE) {
      // Two servers may make it at the same time: each its own, and the last one stays.
      Path draft =
          Files.createTempFile(file.toAbsolutePath().getParent(), "millrace-bench", ".new");
      fill(draft, mebibytes);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return file;
  }

  private static void fill(Path file, long mebibytes) throws IOException {
    byte[] piece = new byte[PIECE];
    new Random(1).nextBytes(piece);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long i = 0; i < mebibytes; i++) {
        out.write(piece);
      }
    }
  }
}
