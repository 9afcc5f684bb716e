package dev.millrace.demo.examples;

import static dev.millrace.http.Response.json;
import static java.time.Duration.ofSeconds;

import dev.millrace.Millrace;
import dev.millrace.http.Check;
import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.room.Join;
import dev.millrace.room.Production;
import dev.millrace.room.Recipients;
import dev.millrace.route.Routes;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.StreamOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A text that is made once, word by word, for whoever reads it and from wherever. */
final class Answers implements Shown {
  private static final int KEPT = 100;

  // <answers>
  record Question(@Nullable String question) {
    Question {
      boolean fits = question == null || question.length() <= 500;
      Check.that("question", question, fits, "at most 500 characters").done();
    }
  }

  record Asked(String id) {}

  // </answers>

  private final Millrace app;

  /** What is said to everybody: each word with the space behind it. */
  private final List<String> words = List.of(text().split("(?<=\\s)(?=\\S)", -1));

  /** The newest; guarded by itself. */
  private final Map<String, Production> kept = new LinkedHashMap<>();

  Answers(Millrace app) {
    this.app = app;
  }

  @Override
  public Example about() {
    return Example.room(
        Answers.class,
        "answers",
        "An answer that outlives its reader",
        "One virtual thread writes the answer into a room, eight words a second, as a model would."
            + " Leave and come back, or read along in another tab: nothing is made twice. It stops"
            + " when nobody has listened for 30 seconds. Whatever you ask, the answer is the same.",
        "POST",
        "/answers",
        "answers");
  }

  @Override
  public void routes(Routes routes) {
    // <answers>
    routes.post("/answers", this::ask);
    var retry = StreamOptions.DEFAULT.retry(ofSeconds(1)); // then it hears of the end
    routes.stream("/answers/{id}", this::read, retry);
    // </answers>
  }

  // <answers>
  private Response ask(Request request) {
    var asked = question(request);
    var id = UUID.randomUUID().toString(); // nobody guesses 122 bits
    var room = app.room("answer/" + id);
    keep(id, room.produce(out -> write(out, asked)));
    var answer = json(new Asked(id)).status(201);
    return answer.header("Location", "/examples/answers/" + id);
  }

  private void write(Recipients out, @Nullable String asked) throws InterruptedException {
    if (asked != null) {
      out.send("question", asked);
    }
    for (var word : words) {
      out.send("word", word);
      Thread.sleep(125);
    }
  }

  private void read(LiveStream out) {
    var id = out.request().path("id");
    if (!isKept(id)) {
      throw new HttpException(404, "there is no such answer, or not any more");
    }
    out.join("answer/" + id, Join.DEFAULT.fromStart());
  }

  // </answers>

  private static @Nullable String question(Request request) {
    return request.bytes().length == 0 ? null : request.body(Question.class).question();
  }

  /** The oldest gives way to the newest, whether it is written to its end or not. */
  private void keep(String id, Production production) {
    synchronized (kept) {
      if (kept.size() == KEPT) {
        var oldest = kept.entrySet().iterator().next();
        oldest.getValue().stop();
        kept.remove(oldest.getKey());
      }
      kept.put(id, production);
    }
  }

  private boolean isKept(String id) {
    synchronized (kept) {
      return kept.containsKey(id);
    }
  }

  private static String text() {
    try (InputStream in = Answers.class.getResourceAsStream("/answer.txt")) {
      if (in == null) {
        throw new IllegalStateException("/answer.txt is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read /answer.txt", e);
    }
  }
}
