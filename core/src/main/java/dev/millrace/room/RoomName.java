package dev.millrace.room;

import dev.millrace.http.Syntax;

/** What a room may be called. */
final class RoomName {
  private static final int MOST = 256;

  /** Begins what the framework itself calls rooms, and what nobody else can. */
  private static final char HIDDEN = '\0';

  private RoomName() {}

  /**
   * Checks a name.
   *
   * @throws IllegalArgumentException says what is wrong, in words that may be shown to who sent it
   */
  static String check(String name) {
    if (name.isEmpty() || name.length() > MOST) {
      throw new IllegalArgumentException(
          "room name of %d characters (expected: 1 to %d)".formatted(name.length(), MOST));
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < name.length()
              && Character.isLowSurrogate(name.charAt(i + 1));
      if (Character.isISOControl(c) || (Character.isSurrogate(c) && !pair)) {
        throw new IllegalArgumentException(
            "room name \"%s\": %s at index %d (expected: no control characters and no halves of"
                    .formatted(Syntax.printable(name), Syntax.name(c), i)
                + " surrogate pairs)");
      }
      i += pair ? 1 : 0;
    }
    return name;
  }

  static String hidden(String what) {
    return HIDDEN + what;
  }

  static boolean isHidden(String name) {
    return name.charAt(0) == HIDDEN;
  }
}
