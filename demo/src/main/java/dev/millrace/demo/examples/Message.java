package dev.millrace.demo.examples;

import static dev.millrace.http.Response.stream;

import dev.millrace.route.Routes;

/** A stream of one object. */
final class Message implements Shown {

  // <message>
  record Greeting(String text, String language) {}

  // </message>

  @Override
  public Example about() {
    return Example.of(
        Message.class,
        "message",
        "Values",
        "An object",
        "Records, maps and lists become JSON. Text is sent as it is.");
  }

  @Override
  public void routes(Routes routes) {
    // <message>
    routes.get("/message", request -> stream(new Greeting("Good morning", "en")));
    // </message>
  }
}
