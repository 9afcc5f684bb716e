package dev.millrace.engine;

import dev.millrace.stream.Message;
import dev.millrace.stream.MessageListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who listens to a WebSocket. Registered from any thread, told one thing at a time. */
final class SocketListeners {
  private static final Logger log = LoggerFactory.getLogger(SocketListeners.class);

  private final List<MessageListener<Message>> messages = new CopyOnWriteArrayList<>();
  private final List<MessageListener<byte[]>> pings = new CopyOnWriteArrayList<>();
  private final List<MessageListener<byte[]>> pongs = new CopyOnWriteArrayList<>();
  private final List<Consumer<Throwable>> errors = new CopyOnWriteArrayList<>();
  private boolean typed;

  void onMessage(MessageListener<Message> listener) {
    messages.add(listener);
  }

  <T> void on(Class<T> type, MessageListener<T> listener) {
    synchronized (this) {
      if (typed) {
        throw new IllegalStateException(
            "on(%s): this socket's messages are read as a type already: give them one sealed"
                    .formatted(type.getSimpleName())
                + " interface, and tell its records apart in one listener");
      }
      typed = true;
    }
    messages.add(message -> listener.heard(message.json(type)));
  }

  void onPing(MessageListener<byte[]> listener) {
    pings.add(listener);
  }

  void onPong(MessageListener<byte[]> listener) {
    pongs.add(listener);
  }

  void onError(Consumer<Throwable> listener) {
    errors.add(listener);
  }

  boolean hearMessages() {
    return !messages.isEmpty();
  }

  boolean hear(boolean ping) {
    return !(ping ? pings : pongs).isEmpty();
  }

  void tell(Message message) throws Exception {
    for (MessageListener<Message> listener : messages) {
      listener.heard(message);
    }
  }

  void tell(Inbox.Control control) throws Exception {
    for (MessageListener<byte[]> listener : control.ping() ? pings : pongs) {
      listener.heard(control.payload());
    }
  }

  /** Never throws. */
  void tell(Throwable failure) {
    for (Consumer<Throwable> listener : errors) {
      try {
        listener.accept(failure);
      } catch (Throwable t) {
        log.error("what was to be told of an error of a socket failed", t);
      }
    }
  }
}
