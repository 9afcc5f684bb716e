package dev.millrace.room;

import dev.millrace.cluster.Position;
import java.time.Duration;
import java.util.List;

/** A room by its name: what is done with it looks for what there is of it at that moment. */
class RoomHandle extends Sender implements Room {

  RoomHandle(Rooms rooms, String name) {
    super(rooms, name);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Position position() {
    return rooms.link().position();
  }

  @Override
  public int size() {
    LiveRoom room = rooms.live(name);
    return room == null ? 0 : room.size();
  }

  @Override
  public List<Member> members() {
    RoomOptions options = rooms.optionsOf(name);
    if (options.presence() == null) {
      return List.of();
    }
    LiveRoom room = rooms.enter(name, options);
    try {
      Presence presence = room.presence();
      return presence == null ? List.of() : presence.members();
    } finally {
      rooms.exit(room);
    }
  }

  @Override
  public RoomStats stats() {
    LiveRoom room = rooms.live(name);
    return room == null ? new Tally().stats(0, 0, 0) : room.stats();
  }

  @Override
  public Production produce(Producer producer, ProducerOptions options) {
    return rooms.productions().produce(name, new RoomStage(), producer, options);
  }

  /** What a producer has of this room. */
  private final class RoomStage implements Productions.Stage {

    @Override
    public Recipients recipients() {
      return new RoomHandle(rooms, name);
    }

    @Override
    public void end(byte[] error) {
      rooms.append(name, new Payload(Payload.Kind.END, null, null, null, error));
    }

    @Override
    public int listeners() {
      return size();
    }

    @Override
    public Duration age() {
      return rooms.optionsOf(name).retention().age();
    }
  }

  @Override
  public String toString() {
    return "room " + name;
  }
}
