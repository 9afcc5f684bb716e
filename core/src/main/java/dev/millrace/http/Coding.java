package dev.millrace.http;

/**
 * A content coding (RFC 9110, section 8.4.1): a way to make the bytes of a response fewer. In the
 * order in which they are preferred for what is sent whole.
 */
public enum Coding {
  /** Brotli (RFC 7932). Needs the library {@code com.aayushatharva.brotli4j:brotli4j}. */
  BR("br"),

  /** Zstandard (RFC 8878). Needs the library {@code com.github.luben:zstd-jni}. */
  ZSTD("zstd"),

  /** Gzip (RFC 1952). Always there. */
  GZIP("gzip");

  private final String token;

  Coding(String token) {
    this.token = token;
  }

  /** The name in header fields. */
  public String token() {
    return token;
  }

  /**
   * The entity tag of what this coding makes of a response. Bytes that differ need another strong
   * tag (RFC 9110, section 8.8.3.3): {@code "a"} becomes {@code "a-gzip"}. A weak one stays.
   */
  public String tag(String etag) {
    return isStrong(etag) ? etag.substring(0, etag.length() - 1) + '-' + token + '"' : etag;
  }

  /**
   * The entity tag without what a coding has added, for comparing what a client has with what there
   * is now: {@code "a-gzip"} becomes {@code "a"}.
   */
  public static String untagged(String etag) {
    for (Coding coding : values()) {
      String end = '-' + coding.token + '"';
      if (etag.endsWith(end)) {
        return etag.substring(0, etag.length() - end.length()) + '"';
      }
    }
    return etag;
  }

  private static boolean isStrong(String etag) {
    return etag.length() >= 2 && etag.startsWith("\"") && etag.endsWith("\"");
  }
}
