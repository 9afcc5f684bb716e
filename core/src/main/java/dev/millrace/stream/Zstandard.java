package dev.millrace.stream;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.util.Native;
import java.util.Arrays;

/** Zstandard (RFC 8878), if the library and its native part are there. */
final class Zstandard {
  /** The library's own default. Its window of 2 MiB is within the 8 MiB of RFC 9659. */
  private static final int LEVEL = 3;

  static final boolean AVAILABLE = load();

  private Zstandard() {}

  private static boolean load() {
    try {
      Native.load();
      return Native.isLoaded();
    } catch (LinkageError e) {
      // Not on the class path, or made for another system.
      return false;
    }
  }

  /** One frame. */
  static byte[] frame(byte[] content, int from, int length) {
    byte[] frame = new byte[Math.toIntExact(Zstd.compressBound(length))];
    long size = Zstd.compressByteArray(frame, 0, frame.length, content, from, length, LEVEL);
    if (Zstd.isError(size)) {
      throw new IllegalStateException(
          "zstd could not encode %d bytes: %s".formatted(length, Zstd.getErrorName(size)));
    }
    return Arrays.copyOf(frame, (int) size);
  }
}
