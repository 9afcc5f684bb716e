package dev.millrace.stream;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Brotli (RFC 7932) of whole bodies, if the library and its native part are there. */
final class Brotli {
  /** Takes about as long as gzip at our default level. */
  private static final int QUALITY = 4;

  static final boolean AVAILABLE = load();

  private Brotli() {}

  private static boolean load() {
    try {
      return Brotli4jLoader.isAvailable();
    } catch (LinkageError e) {
      // Not on the class path, or made for another system.
      return false;
    }
  }

  static byte[] encode(byte[] content) {
    try {
      return com.aayushatharva.brotli4j.encoder.Encoder.compress(
          content, Parameters.create(QUALITY));
    } catch (IOException e) {
      throw new UncheckedIOException("brotli could not encode " + content.length + " bytes", e);
    }
  }
}
