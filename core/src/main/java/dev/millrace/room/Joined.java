package dev.millrace.room;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A room that a stream has joined. */
final class Joined extends RoomHandle implements Membership {
  private static final Logger log = LoggerFactory.getLogger(Joined.class);

  private final Port port;
  private final AtomicBoolean left = new AtomicBoolean();

  Joined(Rooms rooms, String name, Port port) {
    super(rooms, name);
    this.port = port;
  }

  @Override
  public Recipients exceptMe() {
    return without(port);
  }

  @Override
  public void leave() {
    // Not twice: the stream may have joined the room anew.
    if (left.getAndSet(true)) {
      return;
    }
    Place place = port.place();
    if (port.turns().inLoop()) {
      place.leave(name);
      return;
    }
    CountDownLatch done = new CountDownLatch(1);
    port.turns()
        .execute(() -> {
          place.leave(name);
          done.countDown();
        });
    try {
      // A loop that has stopped gives nothing more.
      if (!done.await(1, TimeUnit.SECONDS)) {
        log.debug("{} is left later", this);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
