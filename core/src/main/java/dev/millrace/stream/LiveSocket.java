package dev.millrace.stream;

import dev.millrace.room.Recipients;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket, seen from the server: a {@link LiveStream} on which something comes in, too. The
 * same on HTTP/1.1 (RFC 6455) and on HTTP/2 (RFC 8441).
 *
 * <p><b>What goes out.</b> A text is a text message, a {@code byte[]} is a binary one, a {@link
 * Message} leaves as it came, anything else is JSON text. Events with a name or an id travel in an
 * envelope: <code>{"event":…,"id":…,"data":…}</code>.
 *
 * <p><b>What comes in</b> is either pulled by the handler, with {@link #messages} or {@link
 * #receive}, or heard by listeners; never both. What comes before either has begun waits. Listeners
 * begin to hear when the handler has returned, or has registered none for 100 ms. What listeners
 * hear, timers and cleanups of one socket run one at a time, in order; a handler that pulls, or
 * that goes on, runs beside its timers. When {@link SocketOptions#inboxMessages} messages wait, or
 * {@link SocketOptions#inboxBytes} bytes, no more is read from this socket's client.
 *
 * <p><b>Lifetime.</b> When a handler that has pulled returns, what was sent leaves and the socket
 * closes with 1000. A handler that has registered listeners leaves it open until either side
 * closes. What a client sent before its close frame is still heard, and may be answered, for {@link
 * SocketOptions#closeTime} at most. What comes where nobody listens is thrown away.
 *
 * <p><b>The handshake</b> is answered with the first thing that is sent, attached, registered or
 * pulled, or 100 ms after the handler began. Pings and pongs overtake what waits to be sent. So
 * does a close frame that answers one, or tells an error or the server's stop, when it has waited
 * for a second.
 */
public interface LiveSocket extends LiveStream {

  /** Names this socket among all others: 128 random bits in hexadecimal, the same each time. */
  String id();

  /** The subprotocol that was agreed on. */
  Optional<String> subprotocol();

  /**
   * Sends to all sockets of this socket's route but itself, on all nodes; bare, without positions.
   *
   * @param data as in {@link Recipients#send(Object)}
   * @throws IllegalArgumentException as there
   */
  void broadcast(@Nullable Object data);

  /** Broadcasts data under a name; otherwise as {@link #broadcast(Object)}. */
  default void broadcast(String name, @Nullable Object data) {
    broadcast(Event.of(data).name(name));
  }

  // --- pulling ---

  /**
   * All messages as they come. Waits for each; ends when the socket does.
   *
   * @return to be gone through once
   * @throws IllegalStateException when there are listeners
   */
  Iterable<Message> messages();

  /**
   * Waits for the next message.
   *
   * @throws StreamClosedException when the socket has ended and no message is left
   */
  Message receive();

  /**
   * Waits for the next message, but not for ever.
   *
   * @return empty when none has come in time
   * @throws StreamClosedException when the socket has ended and no message is left
   */
  Optional<Message> receive(Duration timeout);

  // --- listening ---

  /**
   * Has messages heard. What a listener throws closes the socket with 1011, and none is called
   * again, unless it is an {@link dev.millrace.http.HttpException} with a status of 400 to 499.
   *
   * @throws IllegalStateException when the handler has pulled
   */
  void onMessage(MessageListener<Message> listener);

  /**
   * Has messages heard as values: JSON texts of one type, as a sealed interface whose records are
   * told apart by a property {@code type}. A message that is none is answered with an error event
   * that names the field, and told to {@link #onError}; it does not close the socket.
   *
   * @throws IllegalStateException when there is such a listener already, or the handler has pulled
   */
  <T> void on(Class<T> type, MessageListener<T> listener);

  /** Has pings heard, which are answered without that; at most 125 bytes. */
  void onPing(MessageListener<byte[]> listener);

  /** Has pongs heard; at most 125 bytes. */
  void onPong(MessageListener<byte[]> listener);

  /**
   * Is told what went wrong: a message that did not fit, what a listener threw, how the client
   * broke the protocol. Called as other listeners are: one at a time, never beside one.
   */
  void onError(Consumer<Throwable> listener);

  // --- control frames ---

  /**
   * Sends a ping, before all that waits. The client answers with a pong of the same bytes.
   *
   * @param payload at most 125 bytes
   * @throws IllegalArgumentException when it is longer
   * @throws StreamClosedException when the socket has ended
   */
  void ping(byte[] payload);

  /**
   * Closes after all that was sent before, and waits, without holding up the caller, up to {@link
   * SocketOptions#closeTime} for the client to do the same. Does nothing when the socket has ended.
   *
   * @param code 1000 to 1003, 1007 to 1014 or 3000 to 4999 ({@link
   *     dev.millrace.websocket.CloseCode})
   * @param reason at most 123 bytes in UTF-8
   * @throws IllegalArgumentException when a close frame cannot hold them
   */
  void close(int code, String reason);
}
