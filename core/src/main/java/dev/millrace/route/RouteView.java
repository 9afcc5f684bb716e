package dev.millrace.route;

import dev.millrace.http.Filter;
import dev.millrace.http.Filters;
import dev.millrace.http.Handler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Routes under a prefix and behind filters. */
record RouteView(Router router, String prefix, List<Filter> filters) implements Routes {

  @Override
  public Routes route(String method, String pattern, Handler handler) {
    String below = pattern.equals("/") && !prefix.isEmpty() ? "" : pattern;
    if (!pattern.startsWith("/")) {
      PathPattern.parse(pattern);
    }
    router.add(method, PathPattern.parse(prefix + below), Filters.chain(filters, handler));
    return this;
  }

  @Override
  public Routes with(Filter... more) {
    List<Filter> all = new ArrayList<>(filters);
    all.addAll(List.of(more));
    return new RouteView(router, prefix, List.copyOf(all));
  }

  @Override
  public Routes with(String name, String... more) {
    Stream<String> names = Stream.concat(Stream.of(name), Arrays.stream(more));
    return with(names.map(router::filter).toArray(Filter[]::new));
  }

  @Override
  public Routes under(String further) {
    PathPattern.parse(further);
    String trimmed = further.endsWith("/") ? further.substring(0, further.length() - 1) : further;
    return new RouteView(router, prefix + trimmed, filters);
  }
}
