package dev.millrace.route;

import dev.millrace.http.Filter;
import dev.millrace.http.Handler;
import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.http.Syntax;
import dev.millrace.route.PathPattern.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request: a tree of segments, walked from the most specific branch to the
 * least. Itself a handler, so that filters can stand in front of it.
 */
public final class Router implements Handler {

  private record Route(PathPattern pattern, List<String> names, Handler handler) {}

  /** Where a pattern has got to: what may follow, and the routes that end here. */
  private static final class Node {
    final Map<String, Node> names = new HashMap<>();
    final Map<String, Route> routes = new TreeMap<>();
    @Nullable Node parameter;
    @Nullable Node catchAll;

    Node child(Segment segment) {
      if (segment instanceof Segment.Name name) {
        return names.computeIfAbsent(name.text(), text -> new Node());
      }
      boolean rest = segment instanceof Segment.CatchAll;
      Node child = rest ? catchAll : parameter;
      if (child != null) {
        return child;
      }
      Node added = new Node();
      if (rest) {
        catchAll = added;
      } else {
        parameter = added;
      }
      return added;
    }
  }

  /** One walk through the tree for one request. */
  private static final class Search {
    final String method;
    final List<String> segments;
    final List<String> values = new ArrayList<>(4);
    @Nullable TreeSet<String> allowed;

    Search(String method, List<String> segments) {
      this.method = method;
      this.segments = segments;
    }

    @Nullable Route at(Node node, int depth) {
      if (depth == segments.size()) {
        Route here = take(node);
        return here != null ? here : rest(node, depth);
      }
      String segment = segments.get(depth);
      Node named = node.names.get(segment);
      Route found = named == null ? null : at(named, depth + 1);
      if (found == null && node.parameter != null && !segment.isEmpty()) {
        values.add(segment);
        found = at(node.parameter, depth + 1);
        if (found == null) {
          values.removeLast();
        }
      }
      return found != null ? found : rest(node, depth);
    }

    private @Nullable Route rest(Node node, int depth) {
      if (node.catchAll == null) {
        return null;
      }
      Route found = take(node.catchAll);
      if (found != null) {
        values.add(String.join("/", segments.subList(depth, segments.size())));
      }
      return found;
    }

    private @Nullable Route take(Node node) {
      Route route = node.routes.get(method);
      if (route == null) {
        allow(node.routes.keySet());
      }
      return route;
    }

    private void allow(Set<String> methods) {
      if (!methods.isEmpty()) {
        allowed = allowed == null ? new TreeSet<>() : allowed;
        allowed.addAll(methods);
      }
    }
  }

  private static final String[] NO_PARAMETERS = {};

  private final Node root = new Node();
  private final Map<String, Filter> filters = new TreeMap<>();

  /** No routes yet. */
  public Router() {}

  /** The way to add routes. */
  public Routes routes() {
    return new RouteView(this, "", List.of());
  }

  /**
   * Gives a filter a name.
   *
   * @throws IllegalArgumentException when the name is blank
   * @throws IllegalStateException when another filter has the name
   */
  public void define(String name, Filter filter) {
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          "filter name \"%s\" (expected: some letters)".formatted(Syntax.printable(name)));
    }
    if (filters.putIfAbsent(name, filter) != null) {
      throw new IllegalStateException(
          "filter \"%s\" is defined already: give one of the two another name"
              .formatted(Syntax.printable(name)));
    }
  }

  Filter filter(String name) {
    Filter filter = filters.get(name);
    if (filter == null) {
      String names = filters.isEmpty() ? "none" : String.join(", ", filters.keySet());
      throw new IllegalArgumentException(
          "filter \"%s\" is not defined (defined: %s): define it before its routes"
              .formatted(Syntax.printable(name), names));
    }
    return filter;
  }

  void add(String method, PathPattern pattern, Handler handler) {
    if (!Syntax.isToken(method)) {
      throw new IllegalArgumentException(
          "method \"%s\" (expected: a token such as GET)".formatted(Syntax.printable(method)));
    }
    Node node = root;
    List<String> names = new ArrayList<>();
    for (Segment segment : pattern.segments()) {
      node = node.child(segment);
      switch (segment) {
        case Segment.Name name -> {}
        case Segment.Parameter parameter -> names.add(parameter.name());
        case Segment.CatchAll catchAll -> names.add(catchAll.name());
      }
    }
    Route route = new Route(pattern, List.copyOf(names), handler);
    Route other = node.routes.putIfAbsent(method, route);
    if (other != null) {
      throw new IllegalStateException(
          "%s %s and %s %s fit the same paths: remove one or change its path"
              .formatted(method, pattern, method, other.pattern));
    }
  }

  @Override
  public Response handle(Request request) throws Exception {
    if (request.path().equals("*")) {
      return Response.noContent(); // of the server as a whole (RFC 9110, section 9.3.7)
    }
    Search search = new Search(request.method(), segments(request.path()));
    Route route = search.at(root, 0);
    if (route == null && request.method().equals("HEAD")) {
      Search again = new Search("GET", search.segments);
      route = again.at(root, 0);
      search = route == null ? search : again;
    }
    if (route == null) {
      return unmatched(request, search);
    }
    request.route(route.pattern.toString(), parameters(route, search));
    return route.handler.handle(request);
  }

  private static String[] parameters(Route route, Search search) {
    if (route.names.isEmpty()) {
      return NO_PARAMETERS;
    }
    String[] parameters = new String[route.names.size() * 2];
    for (int i = 0; i < route.names.size(); i++) {
      parameters[2 * i] = route.names.get(i);
      parameters[2 * i + 1] = search.values.get(i);
    }
    return parameters;
  }

  private static Response unmatched(Request request, Search search) {
    TreeSet<String> allowed = search.allowed;
    if (allowed == null) {
      throw new HttpException(404, "nothing at " + Syntax.printable(request.path()));
    }
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    allowed.add("OPTIONS");
    String allow = String.join(", ", allowed);
    if (request.method().equals("OPTIONS")) {
      return Response.noContent().header("Allow", allow);
    }
    throw new HttpException(
            405, "%s is not possible here (expected: %s)".formatted(request.method(), allow))
        .header("Allow", allow);
  }

  /** The decoded segments. Dot segments would mean another path to whoever joins them: refused. */
  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>(8);
    int from = 1;
    while (from < path.length()) {
      int slash = path.indexOf('/', from);
      int end = slash < 0 ? path.length() : slash;
      String segment = Syntax.percentDecode(path.substring(from, end), false);
      if (hasDotSegment(segment) || segment.indexOf('\0') >= 0) {
        throw new HttpException(
            400, "the path has a segment \"%s\"".formatted(Syntax.printable(segment)));
      }
      segments.add(segment);
      from = end + 1;
    }
    return segments;
  }

  /** Also behind an encoded slash or backslash, which would be one to a file system. */
  private static boolean hasDotSegment(String segment) {
    for (String part : segment.replace('\\', '/').split("/", -1)) {
      if (part.equals(".") || part.equals("..")) {
        return true;
      }
    }
    return false;
  }
}
