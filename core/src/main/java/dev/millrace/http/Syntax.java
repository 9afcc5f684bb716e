package dev.millrace.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The characters of HTTP and URIs (RFC 9110, section 5.6; RFC 3986, section 2). */
public final class Syntax {
  private static final String SEPARATORS = "\"(),/:;<=>?@[\\]{}";

  private Syntax() {}

  /** Whether a character may stand in a token (RFC 9110, section 5.6.2). */
  public static boolean isTokenChar(char c) {
    return c > ' ' && c < 0x7f && SEPARATORS.indexOf(c) < 0;
  }

  /** Whether a text is a token: a method, a header's name. */
  public static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isTokenChar(text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** A character's name for an error message: LF, NUL, U+0007 or itself in quotes. */
  public static String name(char c) {
    return switch (c) {
      case '\n' -> "LF";
      case '\r' -> "CR";
      case 0 -> "NUL";
      default -> c <= ' ' || c >= 0x7f ? "U+%04X".formatted((int) c) : "'" + c + "'";
    };
  }

  /** A text that is safe to show: control characters escaped, at most 80 characters. */
  public static String printable(String text) {
    StringBuilder safe = new StringBuilder();
    for (int i = 0; i < text.length() && i < 80; i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> safe.append("\\n");
        case '\r' -> safe.append("\\r");
        case 0 -> safe.append("\\0");
        default -> safe.append(c < ' ' || c == 0x7f ? '?' : c);
      }
    }
    return text.length() > 80 ? safe.append('…').toString() : safe.toString();
  }

  /**
   * Decodes percent escapes as UTF-8.
   *
   * @param plusIsSpace as in queries and forms
   * @throws HttpException 400 when an escape is cut or not hexadecimal, or the bytes are not UTF-8
   */
  public static String percentDecode(String text, boolean plusIsSpace) {
    if (text.indexOf('%') < 0 && !(plusIsSpace && text.indexOf('+') >= 0)) {
      return text;
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int length = 0;
    for (int i = 0; i < utf8.length; i++) {
      byte b = utf8[i];
      if (b == '%') {
        b = (byte) hexPair(text, utf8, i);
        i += 2;
      } else if (b == '+' && plusIsSpace) {
        b = ' ';
      }
      utf8[length++] = b;
    }
    try {
      var decoder = StandardCharsets.UTF_8.newDecoder();
      return decoder.decode(ByteBuffer.wrap(utf8, 0, length)).toString();
    } catch (CharacterCodingException e) {
      throw new HttpException(400, "\"" + printable(text) + "\" is not UTF-8 when decoded");
    }
  }

  private static int hexPair(String text, byte[] bytes, int at) {
    int high = at + 2 < bytes.length ? Character.digit(bytes[at + 1], 16) : -1;
    int low = at + 2 < bytes.length ? Character.digit(bytes[at + 2], 16) : -1;
    if (high < 0 || low < 0) {
      throw new HttpException(
          400, "\"" + printable(text) + "\" has a % that two hexadecimal digits do not follow");
    }
    return high << 4 | low;
  }
}
