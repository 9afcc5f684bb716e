import static dev.millrace.http.Response.html;
import static dev.millrace.http.Response.json;

import dev.millrace.Millrace;
import dev.millrace.Server;
import dev.millrace.ServerOptions;
import dev.millrace.engine.Listener;
import dev.millrace.engine.Tls;
import dev.millrace.http.Check;
import dev.millrace.http.HttpException;
import dev.millrace.room.Join;
import dev.millrace.room.PresenceOptions;
import dev.millrace.room.RoomOptions;
import dev.millrace.security.Guard;
import dev.millrace.stream.SocketOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The server of the client's tests in a browser: the built client, a blank page, and a room that is read as a stream and as
 * a WebSocket. Run from this one file, with the folder of the client and two ports, in clear text and with TLS; ends when
 * its standard input does.
 */
final class ClientServer {
  /** What the form of the tests is about. */
  /** Every third is sent as bytes. */
  private static Object asSent(String text) {
    return text.hashCode() % 3 == 0 ? text.getBytes(StandardCharsets.UTF_8) : text;
  }

  record Person(String name, int age) {
    Person {
      Check.that("name", name, text -> !text.isBlank(), "not blank")
          .and("age", age, age >= 18 && age <= 120, "18 to 120")
          .and("planet", !"Marvin".equals(name), "Earth")
          .done();
    }
  }

  private ClientServer() {}

  /** What the handlers of one inbox have heard, in order, and over which protocols. */
  private static final class Inbox {
    final Queue<String> heard = new ConcurrentLinkedQueue<>();
    final Set<String> protocols = ConcurrentHashMap.newKeySet();
  }

  private static void inboxes(Millrace app) {
    Map<String, Inbox> inboxes = new ConcurrentHashMap<>();
    app.ws(
        "/inbox/{name}",
        socket -> {
          Inbox inbox = inboxes.computeIfAbsent(socket.request().path("name"), name -> new Inbox());
          inbox.protocols.add(socket.request().protocol());
          socket.onMessage(
              message ->
                  inbox.heard.add(
                      message.isText()
                          ? message.text()
                          : "bytes " + HexFormat.of().formatHex(message.bytes())));
        },
        SocketOptions.DEFAULT.rate(0, Duration.ofSeconds(1)));
    app.get(
        "/heard/{name}",
        request -> {
          Inbox inbox = inboxes.computeIfAbsent(request.path("name"), name -> new Inbox());
          return json(Map.of("messages", inbox.heard, "protocols", inbox.protocols));
        });
  }

  private static void refusals(Millrace app) {
    app.guard(
            request -> {
              throw new HttpException(Integer.parseInt(request.path("status")), "refused");
            })
        .ws("/refused/{status}", socket -> socket.keepOpen());
    Guard fresh =
        request ->
            List.of(request.header("Sec-WebSocket-Protocol").orElse("").split("[, ]+"))
                .contains("millrace-token.fresh");
    app.guard(fresh.orElse(401, "a fresh token, please"))
        .ws("/fresh", socket -> socket.keepOpen());
  }

  public static void main(String[] args) throws IOException {
    AtomicInteger opened = new AtomicInteger();
    Millrace app = Millrace.create();
    app.files("/dist", Path.of(args[0]));
    app.get("/", request -> html("<!doctype html><title>Blank</title><link rel=icon href=data:,>"));
    app.get(
        "/no-workers",
        request ->
            html("<!doctype html><title>No workers</title><link rel=icon href=data:,>")
                .header("Content-Security-Policy", "worker-src 'none'"));
    app.rooms(
        "news", RoomOptions.DEFAULT.keep(100_000).presence(PresenceOptions.DEFAULT.grace(Duration.ZERO)));
    app.stream(
        "/stream",
        out -> {
          opened.incrementAndGet();
          out.join("news", Join.DEFAULT.as("reader"));
        });
    app.ws(
        "/socket",
        socket -> {
          opened.incrementAndGet();
          var news = socket.join("news", Join.DEFAULT.as("reader"));
          socket.onMessage(news::send);
        },
        SocketOptions.DEFAULT.rate(0, Duration.ofSeconds(1)));
    inboxes(app);
    refusals(app);
    app.post(
        "/publish",
        request -> {
          List<?> texts = request.body(List.class);
          texts.forEach(text -> app.room("news").send(asSent(text.toString())));
          return json(Map.of("sent", texts.size()));
        });
    app.post("/people", request -> json(request.body(Person.class)).status(201));
    app.post(
        "/upload",
        request -> {
          var form = request.form();
          return json(
              Map.of(
                  "name", form.text("name").orElse(""),
                  "size", form.file("photo").map(photo -> photo.size()).orElse(0L)));
        });
    app.get("/search", request -> json(Map.of("query", request.query("q").orElse(""))));
    app.get(
        "/private",
        request -> {
          if (!request.header("Authorization").orElse("").equals("Bearer fresh")) {
            throw new HttpException(401, "a fresh token, please");
          }
          return json(Map.of("secret", 42));
        });
    ServerOptions options =
        ServerOptions.DEFAULT
            .listen(new Listener("localhost", Integer.parseInt(args[1]), null))
            .listen(new Listener("localhost", Integer.parseInt(args[2]), Tls.selfSigned()));
    Server[] server = new Server[1];
    app.get(
        "/counts",
        request -> {
          var status = server[0].status();
          return json(
              Map.of("opened", opened.get(), "open", status.streams() + status.sockets()));
        });
    server[0] = app.start(options.stopOnExit(false));
    System.out.println("ports " + server[0].ports());
    while (System.in.read() >= 0) {}
    System.exit(0);
  }
}
