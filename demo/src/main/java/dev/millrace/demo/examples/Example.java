package dev.millrace.demo.examples;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page tells about one example.
 *
 * @param id names it, and the markers around its code; of a stream the last segment of its path
 * @param group the heading that it stands under
 * @param title a few words
 * @param text one or two sentences
 * @param method as in {@code GET}; {@code WS} for a WebSocket
 * @param path where it is; <code>{name}</code> stands for a parameter
 * @param kind the wire that it comes over unless something else is asked for, or, for what is no
 *     stream, how the page tries it
 * @param wires those that can be asked for
 * @param params of the query, or of the path
 * @param finite whether it ends by itself
 * @param events the names of its events
 * @param code as it stands in the source of the class that runs
 */
public record Example(
    String id,
    String group,
    String title,
    String text,
    String method,
    String path,
    String kind,
    List<String> wires,
    List<Param> params,
    boolean finite,
    List<String> events,
    String code) {

  /**
   * A parameter of the query, or of the path.
   *
   * @param options to choose from; {@code null} where any text goes
   */
  public record Param(String name, String value, @Nullable List<String> options) {}

  /** Events over any wire, which come to an end. The code is cut from the class. */
  static Example of(Class<?> type, String id, String group, String title, String text) {
    List<String> wires = List.of("sse", "ndjson", "json", "ws");
    String code = SourceCode.cut(type, id);
    String path = "/examples/" + id;
    return new Example(
        id, group, title, text, "GET", path, "sse", wires, List.of(), true, List.of(), code);
  }

  /** What is no stream, which the page tries in a way of its own. */
  static Example plain(
      Class<?> type,
      String id,
      String title,
      String text,
      String method,
      String path,
      String kind) {
    return tried(type, id, "Files and forms", title, text, method, path, kind)
        .with(kind, List.of(), List.of(), true, List.of());
  }

  /**
   * A WebSocket.
   *
   * @param kind how the page uses it
   */
  static Example socket(
      Class<?> type, String id, String title, String text, String path, String kind) {
    return tried(type, id, "WebSockets", title, text, "WS", path, kind);
  }

  /**
   * Rooms.
   *
   * @param kind how the page uses it
   */
  static Example room(
      Class<?> type,
      String id,
      String title,
      String text,
      String method,
      String path,
      String kind) {
    return tried(type, id, "Rooms", title, text, method, path, kind);
  }

  /**
   * What the browser client does with streams and WebSockets.
   *
   * @param kind how the page uses it
   */
  static Example client(
      Class<?> type,
      String id,
      String title,
      String text,
      String method,
      String path,
      String kind) {
    return tried(type, id, "Browser client", title, text, method, path, kind);
  }

  /** What the page tries in a way of its own, and what does not end by itself. */
  private static Example tried(
      Class<?> type,
      String id,
      String group,
      String title,
      String text,
      String method,
      String path,
      String kind) {
    String code = SourceCode.cut(type, id);
    String whole = "/examples" + path;
    return new Example(
        id, group, title, text, method, whole, kind, List.of(), List.of(), false, List.of(), code);
  }

  /** The same without an end. */
  Example endless() {
    return with(kind, List.of("sse", "ndjson", "ws"), params, false, events);
  }

  /** The same over one wire only. */
  Example only(String wire) {
    return with(wire, List.of(wire), params, finite, events);
  }

  /** The same with parameters. */
  Example params(Param... all) {
    return with(kind, wires, List.of(all), finite, events);
  }

  /** The same with events of this name. */
  Example named(String event) {
    return with(kind, wires, params, finite, List.of(event));
  }

  private Example with(
      String newKind,
      List<String> newWires,
      List<Param> newParams,
      boolean ends,
      List<String> newEvents) {
    return new Example(
        id, group, title, text, method, path, newKind, newWires, newParams, ends, newEvents, code);
  }
}
