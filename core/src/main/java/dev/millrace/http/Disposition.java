package dev.millrace.http;

import java.nio.charset.StandardCharsets;

/** The Content-Disposition header (RFC 6266) with names in any script (RFC 8187). */
final class Disposition {
  private static final String ATTR_CHARS = "!#$&+-.^_`|~";

  private Disposition() {}

  static String attachment(String fileName) {
    StringBuilder plain = new StringBuilder();
    boolean simple = true;
    for (int i = 0; i < fileName.length(); i++) {
      char c = fileName.charAt(i);
      boolean kept = c >= ' ' && c < 0x7f && "\"\\/%".indexOf(c) < 0;
      simple &= kept;
      plain.append(kept ? c : '_');
    }
    String header = "attachment; filename=\"" + plain + "\"";
    return simple ? header : header + "; filename*=UTF-8''" + extended(fileName);
  }

  private static String extended(String fileName) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : fileName.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || ATTR_CHARS.indexOf(c) >= 0);
      encoded.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return encoded.toString();
  }
}
