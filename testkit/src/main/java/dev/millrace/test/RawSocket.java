package dev.millrace.test;

import dev.millrace.http.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * A WebSocket for tests of the protocol: it sends exactly what it is told, right or wrong, answers
 * nothing by itself, and shows the server's frames one by one. Opened by {@link TestApp#rawSocket}.
 *
 * <pre>{@code
 * try (var socket = app.rawSocket("/echo")) {
 *   socket.sendFrame(RawFrame.TEXT, true, "Hel");
 *   socket.sendFrame(RawFrame.FIN | RawFrame.CONTINUATION, true, "lo");
 *   assertThat(socket.awaitFrame().text()).isEqualTo("Hello");
 *   socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, false, "not masked");
 *   assertThat(socket.awaitFrame().close().code()).isEqualTo(1002);
 *   socket.awaitEnd();
 * }
 * }</pre>
 *
 * <p>What comes is taken in at once and kept, frames of 64 MiB in all at most. The {@code await}
 * methods block for 5 s at most, or the time given, always real time, and so do the {@code send}
 * methods while the connection is full; what does not come or leave by then is an {@link
 * AssertionError} that says what has come. What is sent when the connection is over is lost. The
 * methods may be called from any thread.
 */
public final class RawSocket implements AutoCloseable {
  private final FrameTranscript transcript;
  private final Client.Line line;
  private final SocketSender sender;

  RawSocket(FrameTranscript transcript, Client.Line line, SocketSender sender) {
    this.transcript = transcript;
    this.line = line;
    this.sender = sender;
  }

  /** The status code: 101, or 200 on HTTP/2, when the socket is open. Waits for the head. */
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

  /** The whole response of a handshake that was refused. Waits for it. */
  public TestResponse awaitResponse() {
    return transcript.awaitResponse(TestStream.TIMEOUT);
  }

  // --- out ---

  /**
   * Sends a frame. Waits for the handshake's response first.
   *
   * @param first the first byte, as {@code RawFrame.FIN | RawFrame.TEXT}
   * @param masked whether the payload is masked with a random key, as a client's must be
   * @param payload of any length
   */
  public void sendFrame(int first, boolean masked, byte[] payload) {
    transcript.awaitUpgrade("cannot send", TestStream.TIMEOUT);
    sendBytes(FrameWriter.frame(first, masked, payload));
  }

  /** As {@link #sendFrame(int, boolean, byte[])}, with a text as UTF-8. */
  public void sendFrame(int first, boolean masked, String payload) {
    sendFrame(first, masked, payload.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sends what stands before a payload (for a client, always with a mask: a key of zeros), and no
   * payload: {@link #sendBytes} may send some. Waits for the handshake's response first.
   *
   * @param length what the frame declares, as an unsigned number; written in as few bytes as will
   *     do
   */
  public void sendHeader(int first, long length) {
    transcript.awaitUpgrade("cannot send", TestStream.TIMEOUT);
    byte[] head = FrameWriter.header(first, true, length);
    java.util.Arrays.fill(head, head.length - 4, head.length, (byte) 0);
    sendBytes(head);
  }

  /**
   * Sends a close frame with a code and a reason, masked, whether that is allowed or not.
   *
   * @param code 1005 for a frame without both
   */
  public void sendClose(int code, String reason) {
    transcript.awaitUpgrade("cannot send", TestStream.TIMEOUT);
    sendBytes(FrameWriter.close(code, reason));
  }

  /**
   * Sends bytes as they are. Does not wait for the handshake's response: called at once, it sends
   * what comes too early.
   */
  public void sendBytes(byte[] bytes) {
    if (!sender.send(bytes, TestStream.TIMEOUT)) {
      throw new AssertionError(
          "no room for %d bytes within 5 s\n  %s".formatted(bytes.length, transcript));
    }
  }

  /** Sends no more, after what was sent before: FIN, or END_STREAM on HTTP/2. */
  public void finish() {
    if (!sender.finish(TestStream.TIMEOUT)) {
      throw new AssertionError("no room for the end within 5 s\n  " + transcript);
    }
  }

  // --- in ---

  /** Waits for the next frame. */
  public RawFrame awaitFrame() {
    return awaitFrame(TestStream.TIMEOUT);
  }

  /** As {@link #awaitFrame()}, with another timeout. */
  public RawFrame awaitFrame(Duration timeout) {
    return transcript.awaitFrame(timeout);
  }

  /** Whether a frame waits to be looked at. Does not wait. */
  public boolean hasFrame() {
    return transcript.hasFrame();
  }

  /**
   * Waits for the end of the connection, or the HTTP/2 stream: whole by FIN or END_STREAM between
   * two frames, cut by anything else. Frames that came before can still be read.
   */
  public TestStream.End awaitEnd() {
    return awaitEnd(TestStream.TIMEOUT);
  }

  /** As {@link #awaitEnd()}, with another timeout. */
  public TestStream.End awaitEnd(Duration timeout) {
    return transcript.awaitEnd(timeout);
  }

  /** Whether more may come. Does not wait. */
  public boolean isOpen() {
    return !transcript.isOver();
  }

  // --- the connection ---

  /** Takes nothing any more until {@link #resume()}, as {@link TestStream#stall()}. */
  public void stall() {
    line.stall();
  }

  /** Takes again what comes. */
  public void resume() {
    line.resume();
  }

  /** Goes away without a close frame: FIN, or RST_STREAM on HTTP/2. */
  @Override
  public void close() {
    line.close();
  }

  /** Goes away as a killed process does: RST, or RST_STREAM on HTTP/2. */
  public void reset() {
    line.reset();
  }

  /** For a failed assertion: what has come. */
  @Override
  public String toString() {
    return transcript.toString();
  }
}
