package dev.millrace.room;

import dev.millrace.cluster.Position;
import dev.millrace.stream.Event;
import org.jspecify.annotations.Nullable;

/** The ways to send that come to the same. */
abstract class Sender implements Recipients {

  @Override
  public final Position send(@Nullable Object data) {
    return send(data instanceof Event event ? event : Event.of(data));
  }

  @Override
  public final Position send(String name, @Nullable Object data) {
    return send(Event.of(data).name(name));
  }
}
