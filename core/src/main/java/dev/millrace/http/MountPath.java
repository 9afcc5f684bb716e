package dev.millrace.http;

import java.util.Locale;

/**
 * Which paths below a mount may name a file. Decided by the text alone and in the same way on every
 * system, so that what is served does not depend on where the server runs. What is refused:
 *
 * <ul>
 *   <li>a segment that is empty, {@code .} or {@code ..}, or that ends with a dot or a space, which
 *       Windows drops;
 *   <li>a backslash, a colon (drives and streams of Windows), a control character;
 *   <li>the names of Windows' devices, with any ending: {@code CON}, {@code nul.txt};
 *   <li>unless it is asked for, a name that begins with a dot, but for {@code .well-known}.
 * </ul>
 */
final class MountPath {
  private MountPath() {}

  /** Whether a decoded path, without a slash in front, may name a file. */
  static boolean isSafe(String path, boolean hidden) {
    int from = 0;
    while (true) {
      int slash = path.indexOf('/', from);
      int end = slash < 0 ? path.length() : slash;
      if (!isSafeSegment(path.substring(from, end), hidden)) {
        return false;
      }
      if (slash < 0) {
        return true;
      }
      from = end + 1;
    }
  }

  private static boolean isSafeSegment(String name, boolean hidden) {
    if (name.isEmpty() || name.endsWith(".") || name.endsWith(" ")) {
      return false;
    }
    if (name.startsWith(".") && !hidden && !name.equals(".well-known")) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < ' ' || c == '\\' || c == ':' || (c >= 0x7f && c < 0xa0)) {
        return false;
      }
    }
    return !isDevice(name);
  }

  private static boolean isDevice(String name) {
    int dot = name.indexOf('.');
    String stem = (dot < 0 ? name : name.substring(0, dot)).trim();
    if (stem.length() < 3 || stem.length() > 7) {
      return false;
    }
    return switch (stem.toUpperCase(Locale.ROOT)) {
      case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$" -> true;
      default -> isPort(stem.toUpperCase(Locale.ROOT));
    };
  }

  /** COM0 to COM9 and LPT0 to LPT9, also with the superscript digits that Windows knows. */
  private static boolean isPort(String stem) {
    return stem.length() == 4
        && (stem.startsWith("COM") || stem.startsWith("LPT"))
        && "0123456789¹²³".indexOf(stem.charAt(3)) >= 0;
  }
}
