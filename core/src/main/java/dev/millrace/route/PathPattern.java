package dev.millrace.route;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The pattern of a path, as {@code /orders/{id}/files/{path*}}.
 *
 * @param text as it was written
 * @param segments what it is made of
 */
record PathPattern(String text, List<Segment> segments) {

  /** A piece between two slashes. */
  sealed interface Segment {

    /** Stands for itself. */
    record Name(String text) implements Segment {}

    /** Any one segment. */
    record Parameter(String name) implements Segment {}

    /** All that follows, from no segment to many. */
    record CatchAll(String name) implements Segment {}
  }

  static PathPattern parse(String text) {
    if (!text.startsWith("/")) {
      throw invalid(text, "begin it with a slash");
    }
    if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
      throw invalid(text, "leave out the query: read it with request.query(name)");
    }
    List<Segment> segments = new ArrayList<>();
    Set<String> names = new HashSet<>();
    String[] parts = text.substring(1).split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean last = i == parts.length - 1;
      if (parts[i].isEmpty()) {
        if (!last) {
          throw invalid(text, "write one slash, not two");
        }
        continue;
      }
      segments.add(segment(text, parts[i], last, names));
    }
    return new PathPattern(text, List.copyOf(segments));
  }

  private static Segment segment(String text, String part, boolean last, Set<String> names) {
    if (part.startsWith(":")) {
      throw invalid(text, "write {" + part.substring(1) + "} for a parameter");
    }
    if (part.startsWith("*")) {
      throw invalid(text, "write {name*} for all that follows");
    }
    if (part.indexOf('{') < 0 && part.indexOf('}') < 0) {
      return new Segment.Name(part);
    }
    if (!part.startsWith("{") || part.indexOf('}') != part.length() - 1) {
      throw invalid(text, "a parameter is a whole segment: /{name}/");
    }
    String name = part.substring(1, part.length() - 1);
    boolean catchAll = name.endsWith("*");
    name = catchAll ? name.substring(0, name.length() - 1) : name;
    if (name.isEmpty() || !name.chars().allMatch(Character::isJavaIdentifierPart)) {
      throw invalid(text, "a parameter's name is made of letters, digits and _");
    }
    if (!names.add(name)) {
      throw invalid(
          text, "give each parameter a name of its own: {" + name + "} stands there twice");
    }
    if (catchAll && !last) {
      throw invalid(text, "{" + name + "*} stands for all that follows: put it last");
    }
    return catchAll ? new Segment.CatchAll(name) : new Segment.Parameter(name);
  }

  private static IllegalArgumentException invalid(String text, String remedy) {
    return new IllegalArgumentException("path \"%s\" is not valid: %s".formatted(text, remedy));
  }

  @Override
  public String toString() {
    return text;
  }
}
