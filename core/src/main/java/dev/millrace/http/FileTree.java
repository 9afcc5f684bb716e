package dev.millrace.http;

import org.jspecify.annotations.Nullable;

/** Files below a root, by paths that {@link MountPath} has let through. */
sealed interface FileTree permits DirectoryTree, ResourceTree {

  /**
   * A file.
   *
   * @param path relative to the root, decoded
   * @return {@code null} when there is none, or it may not be served
   */
  @Nullable Content file(String path);

  /**
   * A precompressed variant that lies beside a file.
   *
   * @param path of the original
   * @param ending of the variant's name, with its dot
   * @return of the original's type; {@code null} when there is none
   */
  @Nullable Content variant(String path, Content original, String ending);
}
