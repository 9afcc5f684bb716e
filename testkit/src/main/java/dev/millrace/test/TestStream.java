package dev.millrace.test;

import dev.millrace.http.Headers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A response that is read while it comes, by a client that a test controls.
 *
 * <p>What comes is taken in at once and kept (at most 64 MiB), until the test {@linkplain #stall()
 * stalls} the client. The {@code await} methods block for 5 s at most, or the time given, always
 * real time; what does not come then is an {@link AssertionError} that says what has come. The
 * methods may be called from any thread.
 *
 * <p>The test that opened it closes it; {@link TestApp#close()} closes what is left.
 */
public final class TestStream implements AutoCloseable {
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** How a response ended. */
  public enum End {
    /** With all that its protocol needs for an end. */
    WHOLE,
    /** In the middle: a client sees that something is missing. */
    CUT
  }

  private final Transcript transcript;
  private final Client.Channel channel;

  TestStream(Transcript transcript, Client.Channel channel) {
    this.transcript = transcript;
    this.channel = channel;
  }

  /** The status code. Waits for the head. */
  public int status() {
    transcript.awaitHead(TIMEOUT);
    return transcript.status();
  }

  /** The header fields as they came. Waits for the head. */
  public Headers headers() {
    return transcript.awaitHead(TIMEOUT);
  }

  /** The first value of a header. Waits for the head. */
  public Optional<String> header(String name) {
    return headers().first(name);
  }

  /** Waits for the next event of Server-Sent Events or NDJSON. */
  public TestEvent awaitEvent() {
    return awaitEvent(TIMEOUT);
  }

  /** As {@link #awaitEvent()}, with another timeout. */
  public TestEvent awaitEvent(Duration timeout) {
    return transcript.awaitEvent(timeout);
  }

  /** Waits for the next events. The timeout holds for each. */
  public List<TestEvent> awaitEvents(int count) {
    List<TestEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(awaitEvent());
    }
    return events;
  }

  /**
   * Waits for the next comment of Server-Sent Events, or the next empty line of NDJSON: what a
   * heartbeat is made of.
   *
   * @return without the colon and the space after it
   */
  public String awaitComment() {
    return transcript.awaitComment(TIMEOUT);
  }

  /**
   * Waits until the body has a part.
   *
   * @return all of the body until now, as UTF-8
   */
  public String awaitText(String part) {
    return awaitText(part, TIMEOUT);
  }

  /** As {@link #awaitText(String)}, with another timeout. */
  public String awaitText(String part, Duration timeout) {
    return transcript.awaitText(part, timeout);
  }

  /** All of the body until now, as UTF-8. Does not wait. */
  public String text() {
    return transcript.text();
  }

  /** How many bytes of the body have come until now. Does not wait. */
  public long received() {
    return transcript.received();
  }

  /**
   * The last id that Server-Sent Events or NDJSON have told, with an event or alone: what a browser
   * would send as {@code Last-Event-ID} now. Does not wait.
   */
  public Optional<String> lastEventId() {
    return transcript.lastEventId();
  }

  /**
   * Waits until an id has been told after those that {@link #lastEventId()} knew when this was last
   * called, or the first one: the position that a stream is told when it has joined a room.
   *
   * @return the last one
   */
  public String awaitId() {
    return transcript.awaitId(TIMEOUT);
  }

  /** The last reconnection time that Server-Sent Events have asked for. Does not wait. */
  public Optional<Duration> retry() {
    return transcript.retry();
  }

  /** Waits for the end. */
  public End awaitEnd() {
    return awaitEnd(TIMEOUT);
  }

  /** As {@link #awaitEnd()}, with another timeout. */
  public End awaitEnd(Duration timeout) {
    return transcript.awaitEnd(timeout);
  }

  TestResponse awaitResponse(Duration timeout) {
    return transcript.awaitResponse(timeout);
  }

  /** Whether more may come. Does not wait. */
  public boolean isOpen() {
    return !transcript.isOver();
  }

  /**
   * Takes nothing any more until {@link #resume()}. The connection fills up (64 KiB in memory, some
   * MB over a port), and then the server has to wait.
   */
  public void stall() {
    channel.stall();
  }

  /** Takes again what comes. */
  public void resume() {
    channel.resume();
  }

  /** Goes away as a browser does whose tab is closed: FIN, or RST_STREAM on HTTP/2. */
  @Override
  public void close() {
    channel.close();
  }

  /** Goes away as a killed process does: RST, or RST_STREAM on HTTP/2. */
  public void reset() {
    channel.reset();
  }

  /** For a failed assertion: what has come. */
  @Override
  public String toString() {
    return transcript.toString();
  }
}
