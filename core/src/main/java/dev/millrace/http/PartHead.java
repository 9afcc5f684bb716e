package dev.millrace.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a part say (RFC 7578, section 4). Its {@code Content-Length} says nothing:
 * the boundary decides. Nor does {@code filename*} (section 4.2).
 *
 * @param fileName sanitised; {@code null} for a field that is no file
 * @param type empty when there is none
 */
record PartHead(String name, @Nullable String fileName, String type) {
  private static final Set<String> PLAIN_ENCODINGS = Set.of("7bit", "8bit", "binary");

  static PartHead of(int number, List<String> lines) {
    String disposition = null;
    String type = "";
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
        throw bad(number, "a header is folded over two lines");
      }
      if (colon < 0 || !Syntax.isToken(line.substring(0, colon))) {
        throw bad(number, "the line \"%s\" is no header".formatted(Syntax.printable(line)));
      }
      String value = line.substring(colon + 1).strip();
      switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "content-disposition" -> {
          if (disposition != null) {
            throw bad(number, "two Content-Disposition headers");
          }
          disposition = value;
        }
        case "content-type" -> type = value;
        case "content-transfer-encoding" -> checkEncoding(number, value);
        default -> {
          // Section 4.8: all others are to be ignored.
        }
      }
    }
    return named(number, disposition, type);
  }

  private static PartHead named(int number, @Nullable String disposition, String type) {
    if (disposition == null || !HeaderParameters.main(disposition).equals("form-data")) {
      throw bad(number, "no Content-Disposition that begins with form-data");
    }
    Map<String, String> parameters =
        HeaderParameters.of("form: part " + number + ": Content-Disposition", disposition);
    String name = parameters.get("name");
    if (name == null) {
      throw bad(number, "no name in its Content-Disposition");
    }
    String fileName = parameters.get("filename");
    return new PartHead(
        unescape(name), fileName == null ? null : sanitise(unescape(fileName)), type);
  }

  /** Section 4.7 deprecates it: who still sends base64 would have it taken for the content. */
  private static void checkEncoding(int number, String encoding) {
    if (!PLAIN_ENCODINGS.contains(encoding.toLowerCase(Locale.ROOT))) {
      throw bad(
          number,
          "Content-Transfer-Encoding %s (expected: none)".formatted(Syntax.printable(encoding)));
    }
  }

  /** What browsers escape in names, and nothing else (WHATWG HTML, section 4.10.21.8). */
  private static String unescape(String name) {
    if (name.indexOf('%') < 0) {
      return name;
    }
    return name.replace("%22", "\"")
        .replace("%0D", "\r")
        .replace("%0d", "\r")
        .replace("%0A", "\n")
        .replace("%0a", "\n");
  }

  /** The last segment of what may be a path of any system, without what hides in a listing. */
  static String sanitise(String fileName) {
    int start = Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1;
    StringBuilder safe = new StringBuilder();
    for (int i = start; i < fileName.length(); i++) {
      char c = fileName.charAt(i);
      boolean turnsDirection = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
      if (!Character.isISOControl(c) && !turnsDirection) {
        safe.append(c);
      }
    }
    String name = safe.toString().strip();
    return name.equals(".") || name.equals("..") ? "" : name;
  }

  static String decode(int number, byte[] line) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      throw bad(number, "its headers are not UTF-8");
    }
  }

  static HttpException bad(int number, String why) {
    return new HttpException(400, "form: part " + number + ": " + why);
  }
}
