package dev.millrace.http;

import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the files of a directory, or resources of the class path. {@code routes.files} and {@code
 * routes.resources} make the route too; by hand it must end with a parameter for all that follows,
 * whose name is {@code path}:
 *
 * <pre>{@code
 * app.get("/assets/{path*}", StaticFiles.of(Path.of("public"), FileOptions.DEFAULT));
 * }</pre>
 *
 * <p>Only regular files below the root are served, to which links may lead as long as they stay
 * below it. Whatever else a path names, from what is not there to a device, is answered with the
 * same 404; {@code ../} in any encoding is refused before it comes here. A directory is answered
 * with its index file; without a slash at the end of the path, with a redirect to the path with
 * one. Files are served as {@link Response#file} says.
 */
public final class StaticFiles implements Handler {
  private static final Logger log = LoggerFactory.getLogger(StaticFiles.class);
  private static final String PARAMETER = "path";

  private final FileTree tree;
  private final FileOptions options;
  private final Variants files;
  private final Variants pages;

  private StaticFiles(FileTree tree, FileOptions options) {
    this.tree = tree;
    this.options = options;
    files = new Variants(options.precompressed(), options.cacheControl());
    pages = new Variants(options.precompressed(), FileOptions.DEFAULT.cacheControl());
    if (!options.fallback().isEmpty() && tree.file(options.fallback()) == null) {
      throw new IllegalArgumentException(
          "fallback: \"%s\" is not there (expected: a file below %s)"
              .formatted(options.fallback(), tree));
    }
  }

  /**
   * Serves a directory.
   *
   * @throws IllegalArgumentException when it is not there, or the fallback is not; says where it
   *     was looked for
   */
  public static Handler of(Path directory, FileOptions options) {
    return new StaticFiles(DirectoryTree.of(directory), options);
  }

  /**
   * Serves resources of the class path, but no class files, and no META-INF below the prefix. They
   * are looked for by the class loader of the thread that calls this. In a named module, resources
   * that lie in a package are found only when the module opens that package.
   *
   * @param prefix a directory, as in {@code public}; not empty: all else would be visible too
   * @throws IllegalArgumentException when the prefix may not be served, or the fallback is not
   *     there
   */
  public static Handler ofResources(String prefix, FileOptions options) {
    ResourceTree resources = new ResourceTree(ResourceContent.loader(), prefix);
    if (!resources.isListed()) {
      log.warn(
          "resources: no \"{}\" is seen on the class path (expected: a directory there, such as"
              + " src/main/resources/public; a jar without entries for directories hides it)",
          prefix);
    }
    return new StaticFiles(resources, options);
  }

  @Override
  public Response handle(Request request) {
    String path = request.path(PARAMETER);
    String raw = request.path();
    boolean safe = path.isEmpty() || MountPath.isSafe(path, options.hidden());
    if (!safe || isDisguised(raw, path)) {
      throw nothing(request);
    }
    boolean slash = raw.endsWith("/");
    Content file = slash || path.isEmpty() ? null : tree.file(path);
    if (file != null) {
      return files.answer(request, tree, path, file);
    }
    String index = options.index();
    if (!index.isEmpty()) {
      String page = path.isEmpty() ? index : path + "/" + index;
      Content found = tree.file(page);
      if (found != null) {
        return slash ? files.answer(request, tree, page, found) : withSlash(request, raw);
      }
    }
    return fallback(request, path);
  }

  private Response fallback(Request request, String path) {
    String fallback = options.fallback();
    boolean page = !fallback.isEmpty() && path.indexOf('.', path.lastIndexOf('/') + 1) < 0;
    Content found = page ? tree.file(fallback) : null;
    if (found == null) {
      throw nothing(request);
    }
    return pages.answer(request, tree, fallback, found);
  }

  /**
   * Whether the path that was sent shows fewer slashes than it has, or more: a filter that looks at
   * the path would have seen another one.
   */
  private static boolean isDisguised(String raw, String path) {
    if (path.isEmpty() || raw.contains("//")) {
      return raw.contains("//");
    }
    int end = raw.endsWith("/") ? raw.length() - 1 : raw.length();
    int from = end;
    for (int at = path.length(); at >= 0 && from >= 0; at = path.lastIndexOf('/', at - 1)) {
      from = raw.lastIndexOf('/', from - 1);
    }
    String tail = raw.substring(Math.max(from, 0), end);
    return tail.contains("%2f") || tail.contains("%2F");
  }

  /** Relative, so that it holds behind a proxy that cuts prefixes, and leads to no other host. */
  private static Response withSlash(Request request, String raw) {
    String query = request.rawQuery();
    String location =
        "./" + raw.substring(raw.lastIndexOf('/') + 1) + "/" + (query.isEmpty() ? "" : "?" + query);
    for (int i = 0; i < location.length(); i++) {
      if (location.charAt(i) <= ' ' || location.charAt(i) >= 0x7f) {
        throw nothing(request);
      }
    }
    return Response.of(301).header("Location", location).header("Cache-Control", "no-cache");
  }

  /** The router's own words: a path that is refused looks like one that is not there. */
  private static HttpException nothing(Request request) {
    return new HttpException(404, "nothing at " + Syntax.printable(request.path()));
  }
}
