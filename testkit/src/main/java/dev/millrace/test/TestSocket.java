package dev.millrace.test;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.http.Headers;
import dev.millrace.json.JsonCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket, seen from a client that a test controls. It keeps to the protocol as a browser does:
 * it masks, answers pings, puts fragments together, inflates, answers a close frame. What the
 * server does against the protocol (RFC 6455, RFC 7692) cuts the connection, and the next assertion
 * says what it was. Opened by {@link TestApp#socket}.
 *
 * <pre>{@code
 * try (var socket = app.socket("/chat/lobby")) {
 *   socket.sendJson(new Chat("hello"));
 *   assertThat(socket.awaitMessage().json(Chat.class).text()).isEqualTo("hello");
 *   socket.close(1000, "bye");
 *   assertThat(socket.awaitClose().code()).isEqualTo(1000);
 * }
 * }</pre>
 *
 * <p>What comes is taken in at once and kept (messages of 64 MiB in all at most), until the test
 * {@linkplain #stall() stalls} the client. The {@code await} methods block for 5 s at most, or the
 * time given, always real time, and so do the methods that send: while the handshake is not
 * answered, and while the connection is full. What does not come or leave by then is an {@link
 * AssertionError} that says what has come: so is sending when the handshake was refused. What is
 * sent when the connection is over is lost, as in a browser. The methods may be called from any
 * thread.
 *
 * <p>The test that opened it closes it; {@link TestApp#close()} closes what is left.
 */
public final class TestSocket implements AutoCloseable {
  /** How long a close frame may wait for what was sent before. */
  private static final Duration LEAVING = Duration.ofSeconds(1);

  private static final int MOST_CONTROL = 125;

  private final MessageTranscript transcript;
  private final Client.Line line;
  private final SocketSender sender;
  private final JsonCodec json;

  /** Compressed messages must leave in the order in which they were compressed. */
  private final Object sending = new Object();

  TestSocket(MessageTranscript transcript, Client.Line line, SocketSender sender, JsonCodec json) {
    this.transcript = transcript;
    this.line = line;
    this.sender = sender;
    this.json = json;
  }

  // --- the handshake ---

  /**
   * The status code: when the handshake has succeeded 101, on HTTP/2 200. Waits for the head.
   *
   * @see #isAccepted()
   */
  public int status() {
    transcript.awaitHead(TestStream.TIMEOUT);
    return transcript.status();
  }

  /** The header fields of the handshake's response. Waits for the head. */
  public Headers headers() {
    return transcript.awaitHead(TestStream.TIMEOUT);
  }

  /** The first value of a header. Waits for the head. */
  public Optional<String> header(String name) {
    return headers().first(name);
  }

  /** Whether the handshake has succeeded. Waits for the head. */
  public boolean isAccepted() {
    transcript.awaitHead(TestStream.TIMEOUT);
    return transcript.isUpgraded();
  }

  /** The subprotocol that the server has chosen. Waits for the head. */
  public Optional<String> subprotocol() {
    return header("Sec-WebSocket-Protocol");
  }

  /** The whole response of a handshake that was refused. Waits for it. */
  public TestResponse awaitResponse() {
    if (isAccepted()) {
      throw new AssertionError("the handshake was not refused:\n  " + transcript);
    }
    return transcript.awaitResponse(TestStream.TIMEOUT);
  }

  // --- out ---

  /** Sends a text message. */
  public void sendText(String text) {
    send(RawFrame.TEXT, text.getBytes(UTF_8));
  }

  /** Sends a binary message. */
  public void sendBytes(byte[] bytes) {
    send(RawFrame.BINARY, bytes);
  }

  /** Sends a value as JSON text, by the codec of the server's options. */
  public void sendJson(@Nullable Object value) {
    send(RawFrame.TEXT, json.encode(value));
  }

  private void send(int opcode, byte[] content) {
    transcript.awaitUpgrade("cannot send", TestStream.TIMEOUT);
    synchronized (sending) {
      SocketDeflate deflate = transcript.deflate();
      boolean compresses = deflate != null && deflate.deflates();
      byte[] payload = compresses && deflate != null ? deflate.deflate(content) : content;
      int first = RawFrame.FIN | (compresses ? RawFrame.RSV1 : 0) | opcode;
      write(FrameWriter.frame(first, true, payload));
    }
  }

  private void write(byte[] frame) {
    if (!sender.send(frame, TestStream.TIMEOUT)) {
      throw new AssertionError(
          "no room for %d bytes within 5 s\n  %s".formatted(frame.length, transcript));
    }
  }

  /**
   * Sends a ping.
   *
   * @param payload at most 125 bytes
   */
  public void ping(byte[] payload) {
    control(RawFrame.PING, payload);
  }

  /**
   * Sends a pong that may answer nothing.
   *
   * @param payload at most 125 bytes
   */
  public void pong(byte[] payload) {
    control(RawFrame.PONG, payload);
  }

  private void control(int opcode, byte[] payload) {
    if (payload.length > MOST_CONTROL) {
      throw new IllegalArgumentException(
          "payload: %d bytes (expected: at most 125; a RawSocket sends more)"
              .formatted(payload.length));
    }
    transcript.awaitUpgrade("cannot send", TestStream.TIMEOUT);
    write(FrameWriter.frame(RawFrame.FIN | opcode, true, payload));
  }

  /** Sets whether pings are answered by themselves; they are unless this says otherwise. */
  public void autoPong(boolean answers) {
    transcript.answerPings(answers);
  }

  // --- in ---

  /** Waits for the next message. */
  public TestMessage awaitMessage() {
    return awaitMessage(TestStream.TIMEOUT);
  }

  /** As {@link #awaitMessage()}, with another timeout. */
  public TestMessage awaitMessage(Duration timeout) {
    return transcript.awaitMessage(timeout);
  }

  /** Waits for the next messages. The timeout holds for each. */
  public List<TestMessage> awaitMessages(int count) {
    List<TestMessage> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(awaitMessage());
    }
    return messages;
  }

  /**
   * Waits for a text message that has a part. Messages before it are passed over. The timeout holds
   * for each.
   *
   * @return the whole text
   */
  public String awaitText(String part) {
    while (true) {
      TestMessage message = awaitMessage();
      if (message.isText() && message.text().contains(part)) {
        return message.text();
      }
    }
  }

  /** Waits for the next ping. Those that were answered count as well. */
  public byte[] awaitPing() {
    return transcript.awaitPing(TestStream.TIMEOUT);
  }

  /** Waits for the next pong. */
  public byte[] awaitPong() {
    return transcript.awaitPong(TestStream.TIMEOUT);
  }

  /**
   * Waits for the server's close frame, or for the end of the connection without one, which is
   * 1006. Messages that came before can still be awaited.
   */
  public TestClose awaitClose() {
    return awaitClose(TestStream.TIMEOUT);
  }

  /** As {@link #awaitClose()}, with another timeout. */
  public TestClose awaitClose(Duration timeout) {
    return transcript.awaitClose(timeout);
  }

  /**
   * Waits for the end of the connection, or the HTTP/2 stream: whole by FIN or END_STREAM between
   * two frames, cut by anything else.
   */
  public TestStream.End awaitEnd() {
    return transcript.awaitEnd(TestStream.TIMEOUT);
  }

  /** Whether the handshake has succeeded and neither side has begun to close. Does not wait. */
  public boolean isOpen() {
    return transcript.isOpen();
  }

  // --- the connection ---

  /**
   * Takes nothing any more until {@link #resume()}, so pings and a close frame are not answered
   * either. The connection fills up (64 KiB in memory and over HTTP/2, some MB over HTTP/1.1), and
   * then the server has to wait. Sending goes on.
   */
  public void stall() {
    line.stall();
  }

  /** Takes again what comes. */
  public void resume() {
    line.resume();
  }

  /**
   * Sends a close frame, unless there was one, and keeps the connection until the server ends it.
   *
   * @param code 1005 for a close frame without code and reason
   * @param reason at most 123 bytes in UTF-8
   */
  public void close(int code, String reason) {
    if (reason.getBytes(UTF_8).length > MOST_CONTROL - 2) {
      throw new IllegalArgumentException(
          "reason: %d bytes (expected: at most 123; a RawSocket sends more)"
              .formatted(reason.getBytes(UTF_8).length));
    }
    transcript.awaitUpgrade("cannot send", TestStream.TIMEOUT);
    if (transcript.closing()) {
      write(FrameWriter.close(code, reason));
    }
  }

  /**
   * Leaves: sends a close frame with 1000 unless there was one, and then FIN, or END_STREAM on
   * HTTP/2, without waiting for the server's close frame. Where they find no room within 1 s, or
   * the handshake has not been answered, the connection is closed without.
   */
  @Override
  public void close() {
    if (!transcript.isUpgraded()) {
      line.close();
      return;
    }
    boolean sent = !transcript.closing() || sender.send(FrameWriter.close(1000, ""), LEAVING);
    if (!sent || !sender.finish(LEAVING)) {
      line.close();
    }
    line.resume();
  }

  /** Goes away as a killed process does: RST, or RST_STREAM on HTTP/2; no close frame. */
  public void reset() {
    line.reset();
  }

  /** For a failed assertion: what has come. */
  @Override
  public String toString() {
    return transcript.toString();
  }
}
