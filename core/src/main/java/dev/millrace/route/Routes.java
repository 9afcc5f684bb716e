package dev.millrace.route;

import dev.millrace.http.FileOptions;
import dev.millrace.http.Filter;
import dev.millrace.http.Handler;
import dev.millrace.http.Response;
import dev.millrace.http.StaticFiles;
import dev.millrace.security.Guard;
import dev.millrace.stream.SocketHandler;
import dev.millrace.stream.SocketOptions;
import dev.millrace.stream.StreamHandler;
import dev.millrace.stream.StreamOptions;
import java.nio.file.Path;

/**
 * Takes routes. A path's pattern is made of segments: a name stands for itself, <code>{name}</code>
 * for one segment of any text, <code>{name*}</code> at the end for all that follows, slashes
 * included.
 *
 * <p>Where several patterns fit a path, the most specific wins, from left to right: a name before a
 * parameter before a catch-all. The order in which routes are added does not matter. A slash at the
 * end of a path makes no difference.
 *
 * <p>Routes are added before the server starts, by one thread.
 */
public interface Routes {

  /**
   * Adds a route for any method.
   *
   * @param method a token, as in {@code GET}
   * @param pattern begins with a slash
   * @return this
   * @throws IllegalArgumentException when the pattern is not valid; says how to write it
   * @throws IllegalStateException when another route has the same method and fits the same paths
   */
  Routes route(String method, String pattern, Handler handler);

  /**
   * A view of these routes: what is added through it goes through the filters first, in their
   * order. The others are not affected.
   */
  Routes with(Filter... filters);

  /**
   * As {@link #with(Filter...)}, for filters that the application has {@linkplain
   * dev.millrace.Millrace#define defined} under a name.
   *
   * @throws IllegalArgumentException when a name is not defined; says which are
   */
  Routes with(String name, String... more);

  /**
   * A view of these routes: what is added through it is refused to whom the guard does not allow,
   * before the handler is asked and before anything of a response has left.
   */
  default Routes guard(Guard guard) {
    return with(guard.filter());
  }

  /** A view of these routes under a prefix. */
  Routes under(String prefix);

  /** Adds a route for GET, and so for HEAD. */
  default Routes get(String pattern, Handler handler) {
    return route("GET", pattern, handler);
  }

  /** Adds a route for POST. */
  default Routes post(String pattern, Handler handler) {
    return route("POST", pattern, handler);
  }

  /** Adds a route for PUT. */
  default Routes put(String pattern, Handler handler) {
    return route("PUT", pattern, handler);
  }

  /** Adds a route for PATCH. */
  default Routes patch(String pattern, Handler handler) {
    return route("PATCH", pattern, handler);
  }

  /** Adds a route for DELETE. */
  default Routes delete(String pattern, Handler handler) {
    return route("DELETE", pattern, handler);
  }

  /** Adds a stream: a GET whose response stays open. */
  default Routes stream(String pattern, StreamHandler handler) {
    return get(pattern, request -> Response.stream(handler));
  }

  /** Adds a stream with options of its own. */
  default Routes stream(String pattern, StreamHandler handler, StreamOptions options) {
    return get(pattern, request -> Response.stream(handler, options));
  }

  /**
   * Adds a WebSocket: over HTTP/1.1 and HTTP/2, behind the same filters and guards as any route,
   * which decide before the handshake is answered. Requests that do not ask for a WebSocket are
   * answered with 426.
   */
  default Routes ws(String pattern, SocketHandler handler) {
    return get(pattern, request -> Response.socket(handler));
  }

  /** Adds a WebSocket with options of its own. */
  default Routes ws(String pattern, SocketHandler handler, SocketOptions options) {
    return get(pattern, request -> Response.socket(handler, options));
  }

  /**
   * Adds the files of a directory under a prefix, for GET and HEAD, with the usual options:
   * browsers ask each time whether a file has changed, names that begin with a dot are not there,
   * {@code app.js.br} is sent for {@code app.js} to who takes it.
   *
   * @throws IllegalArgumentException when the directory is not there; says where it was looked for
   * @see StaticFiles
   */
  default Routes files(String prefix, Path directory) {
    return files(prefix, directory, FileOptions.DEFAULT);
  }

  /** Adds the files of a directory with options of its own. */
  default Routes files(String prefix, Path directory, FileOptions options) {
    return get(below(prefix), StaticFiles.of(directory, options));
  }

  /**
   * Adds resources of the class path under a prefix, for GET and HEAD; otherwise as {@link
   * #files(String, Path)}.
   *
   * @param directory as in {@code public}; all below it is visible, but for class files
   * @throws IllegalArgumentException when the directory is empty or internal
   */
  default Routes resources(String prefix, String directory) {
    return resources(prefix, directory, FileOptions.DEFAULT);
  }

  /** Adds resources of the class path with options of its own. */
  default Routes resources(String prefix, String directory, FileOptions options) {
    return get(below(prefix), StaticFiles.ofResources(directory, options));
  }

  /**
   * Adds the browser client: a module that pages import, and beside it what that loads itself, its
   * worker and the source maps.
   *
   * <pre>{@code
   * app.client("/millrace.js");
   * // in a page: import { stream, socket } from "/millrace.js"
   * }</pre>
   *
   * @param path ends with {@code .js}
   * @throws IllegalArgumentException when it does not
   */
  default Routes client(String path) {
    BrowserClient.add(this, path);
    return this;
  }

  private static String below(String prefix) {
    return prefix.endsWith("/") ? prefix + "{path*}" : prefix + "/{path*}";
  }

  /** Adds the routes of a controller under a prefix. */
  default Routes mount(String prefix, Controller controller) {
    controller.routes(under(prefix));
    return this;
  }
}
