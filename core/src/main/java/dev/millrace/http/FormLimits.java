package dev.millrace.http;

/**
 * How much a form may hold. The body as a whole has its own limit, {@link Limits#bodyBytes}, which
 * {@link Request#bodyLimit} changes for a route.
 *
 * @param parts most fields and files together; 1,000; over it 413
 * @param files most files; 100; over it 413
 * @param headerBytes all header lines of one part; 8,192; over it 400
 * @param textBytes all fields that are not files together, in memory; 1 MiB; over it 413
 * @param memoryBytes a file up to this stays in memory; 65,536; a longer one goes to a temporary
 *     file
 */
public record FormLimits(int parts, int files, int headerBytes, int textBytes, int memoryBytes) {

  /** What holds unless something else is given. */
  public static final FormLimits DEFAULT = new FormLimits(1000, 100, 8192, 1 << 20, 64 * 1024);

  /** Checks that every limit is one. */
  public FormLimits {
    atLeast("parts", parts, 1);
    atLeast("files", files, 0);
    atLeast("headerBytes", headerBytes, 256);
    atLeast("textBytes", textBytes, 0);
    atLeast("memoryBytes", memoryBytes, 0);
  }

  /** The same with another {@code parts}. */
  public FormLimits parts(int most) {
    return new FormLimits(most, files, headerBytes, textBytes, memoryBytes);
  }

  /** The same with another {@code files}. */
  public FormLimits files(int most) {
    return new FormLimits(parts, most, headerBytes, textBytes, memoryBytes);
  }

  /** The same with another {@code headerBytes}. */
  public FormLimits headerBytes(int bytes) {
    return new FormLimits(parts, files, bytes, textBytes, memoryBytes);
  }

  /** The same with another {@code textBytes}. */
  public FormLimits textBytes(int bytes) {
    return new FormLimits(parts, files, headerBytes, bytes, memoryBytes);
  }

  /** The same with another {@code memoryBytes}. */
  public FormLimits memoryBytes(int bytes) {
    return new FormLimits(parts, files, headerBytes, textBytes, bytes);
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s: %d (expected: at least %d)".formatted(name, value, least));
    }
  }
}
