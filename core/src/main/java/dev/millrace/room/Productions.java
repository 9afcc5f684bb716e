package dev.millrace.room;

import dev.millrace.stream.Turns;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The producers behind the rooms of one node. */
final class Productions {

  /** What a production needs of its room. */
  interface Stage {

    /** For the producer. Its sends are refused when the production has ended. */
    Recipients recipients();

    /**
     * Appends the end.
     *
     * @param error the JSON of an error event; empty for none
     */
    void end(byte[] error);

    /** How many streams have joined on this node. */
    int listeners();

    /** How long the log is readable after the end. */
    java.time.Duration age();
  }

  private final ConcurrentHashMap<String, Production> running = new ConcurrentHashMap<>();

  Productions(Supplier<Turns> home) {
  }

  /** That of the room, made if there is none. */
  Production produce(String room, Stage stage, Producer producer, ProducerOptions options) {
    throw new UnsupportedOperationException("to come " + running);
  }

  /** A stream has joined a room: what waits for its first member starts. Never blocks. */
  void joined(String room) {}

  /** A stream has left; nobody may be left. Never blocks. */
  void left(String room) {}

  /** The server stops: interrupts all, and waits for them a little. */
  void stop() {}
}
