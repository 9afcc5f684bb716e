package dev.millrace.demo.examples;

import static dev.millrace.http.Response.content;
import static dev.millrace.http.Response.json;

import dev.millrace.http.Content;
import dev.millrace.route.Routes;

/** Sound that a browser can seek in, and what it asks for to do so. */
final class Audio implements Shown {
  private final RangeLog asked = new RangeLog();

  // <audio>
  private final Content tones = new Tones(); // computed

  // </audio>

  @Override
  public Example about() {
    return Example.plain(
        Audio.class,
        "audio",
        "Sound to seek in",
        "A minute of tones, 11.5 MB that lie nowhere: its open(from) computes each byte when it is"
            + " read. Drag the slider, and the browser asks for another range.",
        "GET",
        "/tones.wav",
        "audio");
  }

  @Override
  public void routes(Routes routes) {
    // <audio>
    routes.with(asked).get("/tones.wav", request -> content(tones));
    routes.get("/tones/asked", request -> json(asked.by(request)));
    // </audio>
  }
}
