package dev.millrace.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The files of a directory. A file is looked up by its real path, with all links followed, which
 * must be below the root's; it is opened by that path too. Who can write below the root can still
 * replace a directory on the way between the two.
 *
 * @param root a real path
 */
record DirectoryTree(Path root) implements FileTree {

  /**
   * A mount's directory.
   *
   * @throws IllegalArgumentException when it is none
   */
  static DirectoryTree of(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          ("files: \"%s\" is %s (expected: a directory). Looked for at %s: create it, or give the"
                  + " path from where the program is started")
              .formatted(
                  directory,
                  Files.exists(directory) ? "no directory" : "not there",
                  directory.toAbsolutePath()));
    }
    try {
      return new DirectoryTree(directory.toRealPath());
    } catch (IOException e) {
      throw new UncheckedIOException("files: \"" + directory + "\" cannot be read", e);
    }
  }

  @Override
  public @Nullable Content file(String path) {
    try {
      Path candidate = root.resolve(path);
      Path real = candidate.toRealPath();
      if (!real.startsWith(root) || !isSpelled(candidate, real)) {
        return null;
      }
      return content(real, MediaTypes.of(path), "");
    } catch (IOException | InvalidPathException e) {
      return null; // whatever is wrong with the name or the file: nobody is told
    }
  }

  /**
   * Where the system takes other spellings for the same name, as Windows does with case and short
   * names, only the real one is served: filters decide by what is written.
   */
  private static boolean isSpelled(Path candidate, Path real) {
    return !candidate.getFileSystem().getSeparator().equals("\\")
        || candidate.toString().equals(real.toString());
  }

  @Override
  public @Nullable Content variant(String path, Content original, String ending) {
    Path file = ((FileContent) original).path();
    try {
      return content(
          file.resolveSibling(FileContent.nameOf(file) + ending), original.type(), ending);
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  private static @Nullable Content content(Path file, String type, String variant)
      throws IOException {
    BasicFileAttributes attributes =
        file.getFileSystem()
            .provider()
            .readAttributesIfExists(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return attributes != null && attributes.isRegularFile() && Files.isReadable(file)
        ? FileContent.of(file, attributes, type, variant)
        : null;
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
