package dev.millrace.engine;

import dev.millrace.stream.Message;
import dev.millrace.stream.MessageListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who listens to a WebSocket. Registered from any thread, told one thing at a time. */
final class SocketListeners {
  private static final Logger log = LoggerFactory.getLogger(SocketListeners.class);

  private volatile List<MessageListener<Message>> messages = List.of();
  private volatile List<MessageListener<byte[]>> pings = List.of();
  private volatile List<MessageListener<byte[]>> pongs = List.of();
  private volatile List<Consumer<Throwable>> errors = List.of();
  private boolean typed;

  /** Copied to be read without a monitor; as a rule there is one. */
  private static <T> List<T> with(List<T> some, T one) {
    List<T> all = new ArrayList<>(some);
    all.add(one);
    return List.copyOf(all);
  }

  synchronized void onMessage(MessageListener<Message> listener) {
    messages = with(messages, listener);
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
    onMessage(message -> listener.heard(message.json(type)));
  }

  synchronized void onPing(MessageListener<byte[]> listener) {
    pings = with(pings, listener);
  }

  synchronized void onPong(MessageListener<byte[]> listener) {
    pongs = with(pongs, listener);
  }

  synchronized void onError(Consumer<Throwable> listener) {
    errors = with(errors, listener);
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
