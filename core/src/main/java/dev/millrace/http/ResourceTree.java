package dev.millrace.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Resources of the class path below a prefix. Class files, and all that lies in a META-INF, are
 * left out. What was found in a jar is remembered, since it cannot change; what lies in a directory
 * is looked up each time.
 */
final class ResourceTree implements FileTree {
  /** Entries that are remembered: as many as a jar's, at most. */
  private static final int MOST_REMEMBERED = 4096;

  private final ClassLoader loader;
  private final String prefix;
  private final Map<String, Content> found = new ConcurrentHashMap<>();

  /**
   * A mount's resources.
   *
   * @throws IllegalArgumentException when the prefix is none, or would show what it should not
   */
  ResourceTree(ClassLoader loader, String prefix) {
    String trimmed = prefix.startsWith("/") ? prefix.substring(1) : prefix;
    trimmed = trimmed.endsWith("/") ? trimmed.substring(0, trimmed.length() - 1) : trimmed;
    boolean internal = isInternal(trimmed) && !(trimmed + "/").startsWith("META-INF/resources/");
    if (!MountPath.isSafe(trimmed, true) || internal) {
      throw new IllegalArgumentException(
          ("resources: \"%s\" (expected: a directory of the class path that holds nothing but what"
                  + " everybody may see, such as public or META-INF/resources)")
              .formatted(Syntax.printable(prefix)));
    }
    this.loader = loader;
    this.prefix = trimmed + "/";
  }

  @Override
  public @Nullable Content file(String path) {
    return find(path, MediaTypes.of(path), "");
  }

  @Override
  public @Nullable Content variant(String path, Content original, String ending) {
    return find(path + ending, original.type(), ending);
  }

  private @Nullable Content find(String path, String type, String variant) {
    // The same path is a variant of one file and, asked for by its own name, a file of another
    // type.
    String key = variant.isEmpty() ? path : path + '\0' + variant;
    Content known = found.get(key);
    if (known != null || isInternal(path)) {
      return known;
    }
    URL url = loader.getResource(prefix + path);
    if (url == null) {
      return null;
    }
    Path file = ResourceContent.fileOf(url);
    if (file != null) {
      return inDirectory(file, path, type, variant);
    }
    try {
      Content content = ResourceContent.find(url, type, variant);
      if (content != null && found.size() < MOST_REMEMBERED) {
        found.put(key, content);
      }
      return content;
    } catch (UncheckedIOException e) {
      return null;
    }
  }

  private static @Nullable Content inDirectory(
      Path file, String path, String type, String variant) {
    try {
      Path real = file.toRealPath();
      Path root = file;
      for (int depth = path.split("/", -1).length; depth > 0 && root != null; depth--) {
        root = root.getParent();
      }
      if (root == null || !real.startsWith(root.toRealPath())) {
        return null;
      }
      BasicFileAttributes attributes =
          Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile() && Files.isReadable(real)
          ? FileContent.of(real, attributes, type, variant)
          : null;
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  private static boolean isInternal(String path) {
    String lower = "/" + path.toLowerCase(Locale.ROOT) + "/";
    return lower.endsWith(".class/") || lower.contains("/meta-inf/");
  }

  /** Whether the class path is known to have the prefix; a jar need not list its directories. */
  boolean isListed() {
    return loader.getResource(prefix) != null
        || loader.getResource(prefix.substring(0, prefix.length() - 1)) != null;
  }

  /** How many entries are remembered. */
  int remembered() {
    return found.size();
  }

  @Override
  public String toString() {
    return "the class path's " + prefix;
  }
}
