package dev.millrace.engine;

import dev.millrace.stream.Message;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The messages of a socket for the one who pulls them. */
final class Pulled implements Iterator<Message> {
  private final SocketSession session;
  private @Nullable Message next;

  Pulled(SocketSession session) {
    this.session = session;
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      next = session.pull(null).orElse(null);
    }
    return next != null;
  }

  @Override
  public Message next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the socket has ended");
    }
    Message given = next;
    next = null;
    return java.util.Objects.requireNonNull(given);
  }
}
