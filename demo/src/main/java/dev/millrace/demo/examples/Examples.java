package dev.millrace.demo.examples;

import dev.millrace.Millrace;
import dev.millrace.demo.LogTail;
import dev.millrace.route.Controller;
import dev.millrace.route.Routes;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** All examples, in the page's order. */
public final class Examples implements Controller {
  private final List<Shown> shown;
  private final List<Example> list;

  /**
   * Reads the examples' code and prepares their data.
   *
   * @param log the server's own
   * @param origin where this server is; asked when a request comes
   * @param app for those with rooms, which say what holds in them
   */
  public Examples(LogTail log, Supplier<URI> origin, Millrace app) {
    Machine machine = new Machine();
    HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    shown =
        List.of(
            new Hello(),
            new Message(),
            new Array(),
            new Counter(),
            new Ticks(),
            new Metrics(machine),
            new Logs(log),
            new Generator(),
            new Publisher(machine),
            new Future(),
            new Fetch(http, origin),
            new FetchError(http, origin),
            new TextStream(),
            new DataStream(),
            new Feed(),
            new EchoSocket(),
            new PublicSocket(),
            new LiveUpdates(machine),
            new TypedSocket(),
            new RoomSocket(),
            new GameSocket(),
            new UploadSocket(),
            new MembersSocket(),
            new Chat(app),
            new Notifications(app),
            new Answers(app),
            new Tabs(app),
            new OutboxSocket(app),
            new TextFile(),
            new Download(),
            new Export(),
            new BigData(),
            new UploadFile(),
            new Audio(),
            new Orders(),
            new Visits(),
            new Limited(),
            new Failure());
    list = shown.stream().map(Shown::about).toList();
  }

  /** What the page tells about them. */
  public List<Example> list() {
    return list;
  }

  @Override
  public void routes(Routes routes) {
    shown.forEach(example -> example.routes(routes));
  }
}
