package dev.millrace.engine;

import dev.millrace.stream.Message;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The messages of a socket for the one who pulls them. */
final class Pulled implements Iterator<Message> {
  private final SocketHearing hearing;
  private @Nullable Message next;

  Pulled(SocketHearing hearing) {
    this.hearing = hearing;
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      next = hearing.pull(null).orElse(null);
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
    return Objects.requireNonNull(given);
  }
}
