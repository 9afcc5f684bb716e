package dev.millrace.route;

import dev.millrace.http.Response;
import java.util.List;

/**
 * The routes of the browser client. It is built from the folder {@code client} and lies beside this
 * class, so that who writes Java needs no other tools.
 */
final class BrowserClient {
  private static final String MODULE = "millrace.js";

  /** What the module and its worker ask for, beside themselves and under just these names. */
  private static final List<String> BESIDE = List.of("millrace-shared.js", "millrace-worker.js");

  private BrowserClient() {}

  static void add(Routes routes, String path) {
    String folder = path.substring(0, path.lastIndexOf('/') + 1);
    String name = path.substring(folder.length());
    if (!path.startsWith("/") || !name.endsWith(".js") || BESIDE.contains(name)) {
      throw new IllegalArgumentException(
          "client: \"%s\" (expected: the path of a script, such as /millrace.js)".formatted(path));
    }
    add(routes, path, MODULE);
    if (!name.equals(MODULE)) {
      // The worker has no name for it but this.
      add(routes, folder + MODULE, MODULE);
    }
    add(routes, folder + MODULE + ".map", MODULE + ".map");
    for (String file : BESIDE) {
      add(routes, folder + file, file);
      add(routes, folder + file + ".map", file + ".map");
    }
  }

  private static void add(Routes routes, String path, String file) {
    routes.get(path, request -> Response.resource(BrowserClient.class, "client/" + file));
  }
}
