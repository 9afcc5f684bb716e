package dev.millrace.demo.examples;

import static dev.millrace.http.Response.stream;

import dev.millrace.route.Routes;
import dev.millrace.stream.LiveStream;
import java.util.List;

/** Plain text in chunks. */
final class TextStream implements Shown {

  @Override
  public Example about() {
    return Example.of(
            TextStream.class,
            "stream",
            "Types of your own",
            "Text in chunks",
            "A content type of its own makes the stream that type’s text: three chunks, no "
                + "framing.")
        .only("text");
  }

  @Override
  public void routes(Routes routes) {
    // <stream>
    routes.get("/stream", request -> stream(this::words).type("text/plain"));
    // </stream>
  }

  // <stream>
  private void words(LiveStream out) throws Exception {
    for (var word : List.of("Hello ", "streaming ", "world!")) {
      out.send(word);
      Thread.sleep(1000);
    }
  }
  // </stream>
}
