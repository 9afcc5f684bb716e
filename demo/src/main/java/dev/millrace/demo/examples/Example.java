package dev.millrace.demo.examples;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page tells about one example.
 *
 * @param id the last segment of its path, and the name of the markers around its code
 * @param group the heading that it stands under
 * @param title a few words
 * @param text one or two sentences
 * @param path where it is
 * @param kind the wire that it comes over unless something else is asked for
 * @param wires those that can be asked for
 * @param params of the query
 * @param finite whether it ends by itself
 * @param events the names of its events
 * @param code as it stands in the source of the class that runs
 */
public record Example(
    String id,
    String group,
    String title,
    String text,
    String path,
    String kind,
    List<String> wires,
    List<Param> params,
    boolean finite,
    List<String> events,
    String code) {

  /**
   * A parameter of the query.
   *
   * @param options to choose from; {@code null} where any text goes
   */
  public record Param(String name, String value, @Nullable List<String> options) {}

  /** Events over any wire, which come to an end. The code is cut from the class. */
  static Example of(Class<?> type, String id, String group, String title, String text) {
    List<String> wires = List.of("sse", "ndjson", "json");
    String code = SourceCode.cut(type, id);
    String path = "/examples/" + id;
    return new Example(
        id, group, title, text, path, "sse", wires, List.of(), true, List.of(), code);
  }

  /** The same without an end. */
  Example endless() {
    List<String> without = List.of("sse", "ndjson");
    return new Example(id, group, title, text, path, kind, without, params, false, events, code);
  }

  /** The same over one wire only. */
  Example only(String wire) {
    return new Example(
        id, group, title, text, path, wire, List.of(wire), params, finite, events, code);
  }

  /** The same with a parameter. */
  Example param(Param param) {
    return new Example(
        id, group, title, text, path, kind, wires, List.of(param), finite, events, code);
  }

  /** The same with events of this name. */
  Example named(String event) {
    return new Example(
        id, group, title, text, path, kind, wires, params, finite, List.of(event), code);
  }
}
