package dev.millrace.test;

import java.time.Duration;

/** Makes events of bytes as they come. One per stream; keeps what is not whole yet. */
interface EventParser {

  /** What a parser finds. */
  interface Found {

    void event(TestEvent event);

    /** A comment, without its colon and the space after it; empty for a heartbeat. */
    void comment(String text);

    /** The last id, of an event or alone; after the event. */
    void id(String id);

    /** The reconnection time that the server asks for. */
    void retry(Duration time);
  }

  /** Reads on. */
  void parse(byte[] bytes, int from, int length, Found found);
}
