package dev.millrace.test;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.http.Headers;
import dev.millrace.websocket.CloseCode;
import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The messages, pings, pongs and the close of a {@link TestSocket}. */
final class MessageTranscript extends SocketTranscript {
  private static final int MOST = 64 << 20;
  private static final int MOST_CONTROL = 125;
  private static final int MOST_WAITING = 100_000;

  private final Queue<TestMessage> messages = new ArrayDeque<>();
  private final Queue<byte[]> pings = new ArrayDeque<>();
  private final Queue<byte[]> pongs = new ArrayDeque<>();
  private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
  private final Consumer<byte[]> answer;

  /** The first frame of the message whose parts come. */
  private @Nullable RawFrame began;

  private @Nullable SocketDeflate deflate;
  private @Nullable TestClose close;
  private boolean answersPings = true;
  private boolean closing;
  private long kept;
  private long whole;

  /**
   * Nothing yet.
   *
   * @param answer takes frames that answer the server's; does not wait
   */
  MessageTranscript(String request, Supplier<String> clock, Consumer<byte[]> answer) {
    super(request, clock);
    this.answer = answer;
  }

  // --- the client's side ---

  @Override
  void agreed(Headers newHeaders) {
    deflate = SocketDeflate.of(newHeaders);
  }

  @Override
  void frame(RawFrame frame) throws ProtocolException {
    if (close != null) {
      throw new ProtocolException("a frame follows the close frame: " + frame);
    }
    if (frame.opcode() >= RawFrame.CLOSE) {
      control(frame);
    } else {
      data(frame);
    }
  }

  private void control(RawFrame frame) throws ProtocolException {
    byte[] payload = frame.content();
    if (!frame.fin() || frame.rsv() != 0 || payload.length > MOST_CONTROL) {
      throw new ProtocolException("a control frame is not as section 5.5 says: " + frame);
    }
    switch (frame.opcode()) {
      case RawFrame.PING -> {
        keep(pings, payload);
        if (answersPings) {
          answer.accept(FrameWriter.frame(RawFrame.FIN | RawFrame.PONG, true, payload));
        }
      }
      case RawFrame.PONG -> keep(pongs, payload);
      case RawFrame.CLOSE -> closed(payload);
      default -> throw new ProtocolException("an unknown opcode: " + frame);
    }
  }

  private void closed(byte[] payload) throws ProtocolException {
    if (payload.length == 1) {
      throw new ProtocolException("a close frame has 1 byte (RFC 6455, section 5.5.1)");
    }
    TestClose read = TestClose.of(payload);
    if (payload.length > 0 && !CloseCode.isSendable(read.code())) {
      throw new ProtocolException("a close frame has code " + read.code() + " (section 7.4)");
    }
    if (payload.length > 2) {
      checked(payload, 2);
    }
    close = read;
    if (!closing) {
      closing = true;
      answer.accept(FrameWriter.close(read.code(), ""));
    }
  }

  private void keep(Queue<byte[]> controls, byte[] payload) throws ProtocolException {
    if (controls.size() == MOST_WAITING) {
      throw new ProtocolException(
          "%d control frames wait, more than a test keeps".formatted(MOST_WAITING));
    }
    controls.add(payload);
  }

  private void data(RawFrame frame) throws ProtocolException {
    RawFrame first = began;
    boolean continues = frame.opcode() == RawFrame.CONTINUATION;
    if (continues != (first != null) || frame.opcode() > RawFrame.BINARY) {
      throw new ProtocolException("a frame that cannot come now (section 5.4): " + frame);
    }
    if (frame.rsv() != 0 && (continues || frame.rsv() != 4 || deflate == null)) {
      throw new ProtocolException("reserved bits that were not agreed on: " + frame);
    }
    RawFrame start = first == null ? frame : first;
    parts.writeBytes(frame.content());
    if (kept + parts.size() > MOST) {
      throw new ProtocolException(
          "messages of over %d bytes wait, more than a test keeps".formatted(MOST));
    }
    if (!frame.fin()) {
      began = start;
      return;
    }
    byte[] content = parts.toByteArray();
    parts.reset();
    began = null;
    if (start.rsv() != 0 && deflate != null) {
      content = deflate.inflate(content, MOST);
    }
    boolean text = start.opcode() == RawFrame.TEXT;
    if (text) {
      checked(content, 0);
    }
    kept += content.length;
    whole++;
    messages.add(new TestMessage(text, content));
  }

  private static void checked(byte[] utf8, int from) throws ProtocolException {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8, from, utf8.length - from));
    } catch (CharacterCodingException e) {
      throw new ProtocolException("a text is not UTF-8: " + RawFrame.hex(utf8));
    }
  }

  // --- the test's side ---

  synchronized TestMessage awaitMessage(Duration timeout) {
    awaitUpgrade("no message", timeout);
    TestMessage message = await("no message", timeout, () -> Optional.ofNullable(messages.poll()));
    kept -= message.length();
    return message;
  }

  synchronized byte[] awaitPing(Duration timeout) {
    awaitUpgrade("no ping", timeout);
    return await("no ping", timeout, () -> Optional.ofNullable(pings.poll()));
  }

  synchronized byte[] awaitPong(Duration timeout) {
    awaitUpgrade("no pong", timeout);
    return await("no pong", timeout, () -> Optional.ofNullable(pongs.poll()));
  }

  synchronized TestClose awaitClose(Duration timeout) {
    awaitUpgrade("no close", timeout);
    return await("no close", timeout, this::howItClosed);
  }

  private Optional<TestClose> howItClosed() {
    if (close == null && isOver()) {
      return Optional.of(new TestClose(CloseCode.ABNORMAL, ""));
    }
    return Optional.ofNullable(close);
  }

  synchronized void answerPings(boolean whether) {
    answersPings = whether;
  }

  /**
   * The client begins to close.
   *
   * @return whether it had not done so before
   */
  synchronized boolean closing() {
    boolean first = !closing;
    closing = true;
    return first;
  }

  synchronized boolean isOpen() {
    return isUpgraded() && !closing && !isOver();
  }

  /** What messages are compressed with; {@code null} where they are not. */
  synchronized @Nullable SocketDeflate deflate() {
    return deflate;
  }

  @Override
  void describe(StringBuilder text) {
    if (isUpgraded()) {
      text.append("\n  messages: ").append(whole);
      text.append(", not awaited: ").append(messages.size());
      text.append(", pings: ").append(pings.size());
      text.append(", pongs: ").append(pongs.size());
      text.append(", close: ").append(close == null ? "none" : close);
    }
    super.describe(text);
  }
}
