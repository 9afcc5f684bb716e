package dev.millrace.demo.examples;

import static dev.millrace.http.Response.stream;

import dev.millrace.route.Routes;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/** A file of some MB: the primes below eight million, one a line, computed at start. */
final class TextFile implements Shown {
  private static final int BELOW = 8_000_000;

  private final Path primes = write();

  @Override
  public Example about() {
    return Example.of(
            TextFile.class,
            "file",
            "Types of your own",
            "A file of four megabytes",
            "The primes below eight million. Read in pieces at the reader’s speed: a slow "
                + "reader costs at most 64 KiB.")
        .only("text");
  }

  @Override
  public void routes(Routes routes) {
    // <file>
    routes.get("/file", request -> stream(primes).type("text/plain"));
    // </file>
  }

  private static Path write() {
    try {
      Path file = Files.createTempFile("millrace-primes", ".txt");
      file.toFile().deleteOnExit();
      BitSet divided = new BitSet(BELOW);
      try (BufferedWriter lines = Files.newBufferedWriter(file)) {
        for (int n = 2; n < BELOW; n = divided.nextClearBit(n + 1)) {
          lines.write(n + "\n");
          for (long multiple = (long) n * n; multiple < BELOW; multiple += n) {
            divided.set((int) multiple);
          }
        }
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a temporary file", e);
    }
  }
}
