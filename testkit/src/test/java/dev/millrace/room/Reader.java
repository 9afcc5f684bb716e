package dev.millrace.room;

import static dev.millrace.test.Eventually.eventually;

import dev.millrace.json.JsonCodec;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestEvent;
import dev.millrace.test.TestMessage;
import dev.millrace.test.TestRequest;
import dev.millrace.test.TestSocket;
import dev.millrace.test.TestStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A client of a route with rooms, which reads the same from each wire: events, one by one, in the
 * order of the wire. A position alone is an event {@code position} without data; a message of a
 * WebSocket that is no envelope is {@code bare}, or {@code binary}.
 */
final class Reader implements AutoCloseable {
  private static final JsonCodec JSON = JsonCodec.standard();

  /** The wires that a client can ask for. */
  enum Kind {
    SSE("text/event-stream"),
    LINES("application/x-ndjson"),
    ARRAY("application/json"),
    SOCKET("");

    private final String type;

    Kind(String type) {
      this.type = type;
    }

    Reader open(TestApp test, String path) {
      TestRequest request = test.request("GET", path);
      return this == SOCKET
          ? new Reader(this, null, request.socket())
          : new Reader(this, request.accept(type).stream(), null);
    }

    /** Comes back with a position: all but WebSockets say it in the header. */
    Reader open(TestApp test, String path, String position) {
      TestRequest request = test.request("GET", path);
      return this == SOCKET
          ? open(test, at(path, position))
          : new Reader(this, request.accept(type).header("Last-Event-ID", position).stream(), null);
    }
  }

  private final Kind kind;
  private final TestStream stream;
  private final TestSocket socket;

  /** What has come of the body, as far as it has been looked at, and how many bytes that were. */
  private String text = "";

  private long read;

  /** How far the text has been read. */
  private int at;

  private Reader(Kind kind, TestStream stream, TestSocket socket) {
    this.kind = kind;
    this.stream = stream;
    this.socket = socket;
    this.at = kind == Kind.ARRAY ? 1 : 0;
  }

  /** That of a socket that was opened otherwise. */
  static Reader of(TestSocket socket) {
    return new Reader(Kind.SOCKET, null, socket);
  }

  /** A path with a position in its query. */
  static String at(String path, String position) {
    return path
        + (path.contains("?") ? "&" : "?")
        + "lastEventId="
        + URLEncoder.encode(position, StandardCharsets.UTF_8);
  }

  TestStream stream() {
    return stream;
  }

  TestSocket socket() {
    return socket;
  }

  /** The next event. Waits for it. */
  TestEvent next() {
    while (true) {
      String text = kind == Kind.SOCKET ? message() : piece();
      if (!text.isBlank()) {
        TestEvent event = kind == Kind.SSE ? event(text) : envelope(text);
        if (event != null) {
          return event;
        }
      }
    }
  }

  /** The next events. */
  List<TestEvent> next(int count) {
    List<TestEvent> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(next());
    }
    return all;
  }

  /** The data of the next events, which are messages and nothing else. */
  List<String> data(int count) {
    return next(count).stream()
        .map(each -> each.name().equals("message") ? each.data() : "not a message: " + each)
        .toList();
  }

  /** The position that comes next, alone. */
  String position() {
    TestEvent event = next();
    if (!event.name().equals("position")) {
      throw new AssertionError("no position, but " + event);
    }
    return event.id();
  }

  private String message() {
    TestMessage message = socket.awaitMessage();
    if (message.isText()) {
      return message.text();
    }
    return "{\"event\":\"binary\",\"data\":\""
        + new String(message.bytes(), StandardCharsets.ISO_8859_1)
        + "\"}";
  }

  private String piece() {
    if (end(text) < 0) {
      eventually("a whole event behind \"" + tail() + "\"", this::hasMore);
    }
    int end = end(text);
    String piece = text.substring(at, end);
    at = end;
    return piece;
  }

  private boolean hasMore() {
    long received = stream.received();
    if (received == read) {
      return false;
    }
    read = received;
    text = stream.text();
    return end(text) >= 0;
  }

  private String tail() {
    return text.substring(Math.max(0, text.length() - 200));
  }

  /** Where the next event ends; -1 when it has not come. */
  private int end(String text) {
    if (kind != Kind.ARRAY) {
      String separator = kind == Kind.SSE ? "\n\n" : "\n";
      int found = text.indexOf(separator, Math.min(at, text.length()));
      return found < 0 ? -1 : found + separator.length();
    }
    int depth = 0;
    boolean quoted = false;
    for (int i = at; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        i += c == '\\' ? 1 : 0;
        quoted = c != '"';
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{') {
        depth++;
      } else if (c == '}' && --depth == 0) {
        return i + 1;
      }
    }
    return -1;
  }

  private static TestEvent event(String block) {
    String name = null;
    String id = null;
    StringBuilder data = null;
    for (String line : block.split("\n", -1)) {
      if (line.startsWith("event: ")) {
        name = line.substring(7);
      } else if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("data: ")) {
        data = data == null ? new StringBuilder() : data.append('\n');
        data.append(line.substring(6));
      }
    }
    if (data == null) {
      return id == null ? null : new TestEvent("position", id, "");
    }
    return new TestEvent(name == null ? "message" : name, id, data.toString());
  }

  private TestEvent envelope(String text) {
    String element = kind == Kind.ARRAY && text.startsWith(",") ? text.substring(1) : text;
    if (!element.startsWith("{")) {
      return new TestEvent("bare", null, element.strip());
    }
    Map<?, ?> object = JSON.decode(element.getBytes(StandardCharsets.UTF_8), Map.class);
    String id = (String) object.get("id");
    if (!object.containsKey("data")) {
      return new TestEvent("position", id, "");
    }
    Object name = object.get("event");
    Object data = object.get("data");
    return new TestEvent(
        name == null ? "message" : name.toString(),
        id,
        data instanceof String said ? said : new String(JSON.encode(data), StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
    } else {
      socket.close();
    }
  }

  @Override
  public String toString() {
    return stream != null ? stream.toString() : socket.toString();
  }
}
