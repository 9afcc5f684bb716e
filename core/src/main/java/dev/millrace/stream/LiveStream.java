package dev.millrace.stream;

import dev.millrace.http.Request;
import dev.millrace.room.Audience;
import dev.millrace.room.Join;
import dev.millrace.room.Membership;
import java.io.OutputStream;
import java.io.Writer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A response that stays open, to send events to one client. How an event looks on the wire
 * (Server-Sent Events, NDJSON, a JSON array, plain text) was settled by the client and the route.
 *
 * <p><b>States.</b> Open from the moment that the handler is called; closed when the client goes
 * away, when {@link #close()} is called, when something of it throws, or when the handler has
 * returned and nothing is attached any more (timers, {@linkplain #attach subscriptions}, {@link
 * #keepOpen()}, rooms). It never opens again.
 *
 * <p><b>The head</b> (status and headers) leaves with the first thing that is sent or attached,
 * with {@link #open()}, or 100 ms after the handler began, whichever comes first.
 *
 * <p><b>Threads.</b> All methods may be called from any thread. The events of one thread leave in
 * its order. Timers and cleanups of one stream run one at a time, on a virtual thread that exists
 * only while there is work.
 *
 * <p><b>Limits.</b> At most {@link StreamOptions#highWaterMark()} bytes (64 KiB) and one event wait
 * for a slow reader, or 16 where a publisher sends them; at most 1,000 timers and subscriptions are
 * attached.
 *
 * <p><b>The end</b>, whatever the cause: the handler's thread is interrupted, timers stop,
 * subscriptions close, what was sent goes out if the client is still there, and the {@link
 * #onClose} callbacks run once, the last registered first.
 */
public interface LiveStream {

  /** The request that the stream answers. */
  Request request();

  /**
   * The id of the last event that the client has seen, as it says itself when it reconnects: in the
   * field {@code Last-Event-ID}, or in the query as {@code lastEventId} where it cannot set fields.
   */
  Optional<String> lastEventId();

  /**
   * Sends data. Waits while the reader is behind by more than the high-water mark.
   *
   * @param data text is sent as it is, everything else as JSON; an {@link Event} is sent as one
   * @throws StreamClosedException when the stream has ended, also while this waits
   * @throws IllegalArgumentException when the data cannot be written; names its type
   * @throws java.util.concurrent.CancellationException when the thread is interrupted while it
   *     waits
   */
  void send(@Nullable Object data);

  /** Sends data under a name; otherwise as {@link #send(Object)}. */
  void send(String name, @Nullable Object data);

  /** Sends an event; otherwise as {@link #send(Object)}. */
  void send(Event event);

  /** As {@link #offer(Event)}, for data alone. */
  Offered offer(@Nullable Object data);

  /**
   * Sends an event if that is possible at once. Never waits and never throws: an event that finds
   * the reader too far behind is dropped and counted.
   */
  Offered offer(Event event);

  /**
   * Tells the client of an error, as an event named {@code error} with {@code {"error": message}}.
   * The stream stays open. On text and bytes there is no place for it, so there it is only logged.
   *
   * @param message meant for the client
   */
  void error(String message);

  /**
   * Sends a comment, which only Server-Sent Events can carry; elsewhere it is left out. Waits as
   * {@link #send(Object)} does.
   *
   * @throws IllegalArgumentException when the text holds NUL
   */
  void comment(String text);

  /** Sends the head now. */
  void open();

  /**
   * Keeps the stream open after its handler has returned, until {@link #close()} is called or the
   * client goes away. For a stream that others write to.
   */
  void keepOpen();

  /** Ends the stream after all that was sent before. Does nothing when it has ended already. */
  void close();

  /** Whether events can still be sent. */
  boolean isOpen();

  /** Completes when the stream has ended and all its cleanups have run. Never fails. */
  CompletionStage<CloseReason> closed();

  /**
   * Registers a cleanup, which runs exactly once at the end; at once when the stream has ended.
   * Cleanups run in the reverse order of their registration; one that throws is logged and the rest
   * still run.
   */
  void onClose(Task cleanup);

  /** As {@link #onClose(Task)}, with the reason. */
  void onClose(Consumer<CloseReason> cleanup);

  /**
   * Runs a task again and again, for the first time after one period. Runs never overlap: when one
   * takes longer than the period, those that it misses are left out. What the task throws ends the
   * stream as if the handler had thrown it.
   *
   * @param period at least 1 ms; measured from start to start
   * @throws StreamClosedException when the stream has ended
   */
  Timer every(Duration period, Task task);

  /**
   * Runs a task once. Otherwise as {@link #every}.
   *
   * @param delay zero or more
   */
  Timer after(Duration delay, Task task);

  /**
   * Makes something end with the stream, and keeps the stream open until then: a subscription, a
   * listener, a cursor. It is closed exactly once, at once when the stream has ended.
   *
   * @return the same, for use in an assignment
   */
  <T extends AutoCloseable> T attach(T subscription);

  /**
   * Sends all that a source holds, at the speed of the reader. Waits until it is exhausted, except
   * for a {@link java.util.concurrent.Flow.Publisher} and a {@link
   * java.util.concurrent.CompletionStage}, which are attached and hold no thread.
   *
   * @param source anything that {@link dev.millrace.http.Response#stream(Object)} takes
   */
  void pipe(@Nullable Object source);

  /**
   * Joins a room, from where the client left off: {@link #join(String, Join) as here} with {@link
   * Join#DEFAULT}.
   */
  default Membership join(String room) {
    return join(room, Join.DEFAULT);
  }

  /**
   * Joins a room: its messages are sent on this stream from now on, and the stream stays open until
   * it has left all rooms. No thread is held, and nothing is queued for a slow reader.
   *
   * <p><b>Going on.</b> A client that comes back says its position with {@code Last-Event-ID}, or
   * {@code lastEventId} in the query, and is given what it has missed. When some of that is kept no
   * more, an event named {@code gap} comes first. The rooms that are joined before the handler
   * returns, or begins to pull messages, or within 100 ms of each other while it goes on, are gone
   * on with as one; what is joined later begins at that moment, or behind {@link Join#after}.
   *
   * <p><b>On the wire.</b> Each message carries its position as the event's id, so that the stream
   * can have no ids of its own from now on; as soon as it has joined the client is told where it is
   * (an {@code id:} without data; on NDJSON and WebSockets <code>{"id":…}</code>). Messages of all
   * rooms are in one order. What the stream sends itself may overtake them.
   *
   * @param room 1 to 256 characters, any but control characters and halves of surrogate pairs
   * @return for sending to the room, and for leaving it; the same room can be joined once
   * @throws dev.millrace.http.HttpException 403 when the room's guard does not admit the client,
   *     400 when that is no name of a room
   * @throws StreamClosedException when the stream has ended
   * @throws IllegalStateException when the stream is in 1,000 rooms
   * @throws IllegalArgumentException when the attributes of a member are none, or too long
   */
  Membership join(String room, Join how);

  /** A room, to send to it without joining. */
  Audience to(String room);

  /**
   * The stream as raw bytes, past the wire's events; on a WebSocket as binary messages. Writing
   * waits for the reader. Closing it closes the stream.
   */
  OutputStream output();

  /**
   * The stream as raw text in UTF-8; otherwise as {@link #output()}. The same one each time. It
   * gathers up to 32 KiB: flush what is to leave now. What is left leaves when the handler returns.
   */
  Writer writer();
}
