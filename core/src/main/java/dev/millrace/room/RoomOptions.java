package dev.millrace.room;

import dev.millrace.cluster.Retention;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the rooms of a name or a pattern. Immutable.
 *
 * @param retention how much is kept; {@link Retention#DEFAULT}: 1,000 messages, 4 MiB, 1 hour
 * @param slowReaders what happens to readers that the log overtakes; {@link
 *     SlowReaders#skipToLatest()}
 * @param maxPayload how many bytes a message has at most, 1 to 16 MiB; 256 KiB
 * @param presence who is in the room; {@code null} for no presence, as by default
 * @param guard who may join; {@link RoomGuard#ANYBODY}
 */
public record RoomOptions(
    Retention retention,
    SlowReaders slowReaders,
    int maxPayload,
    @Nullable PresenceOptions presence,
    RoomGuard guard) {

  /** What holds unless something else is set. */
  public static final RoomOptions DEFAULT =
      new RoomOptions(
          Retention.DEFAULT, SlowReaders.skipToLatest(), 256 * 1024, null, RoomGuard.ANYBODY);

  private static final int MOST_PAYLOAD = 16 * 1024 * 1024;

  /** Checks the payload. */
  public RoomOptions {
    if (maxPayload < 1 || maxPayload > MOST_PAYLOAD) {
      throw new IllegalArgumentException(
          "maxPayload: " + maxPayload + " (expected: 1 to " + MOST_PAYLOAD + ")");
    }
  }

  /** The same keeping another number of messages. */
  public RoomOptions keep(int messages) {
    return retention(retention.count(messages));
  }

  /** The same keeping more or less. */
  public RoomOptions retention(Retention newRetention) {
    return new RoomOptions(newRetention, slowReaders, maxPayload, presence, guard);
  }

  /** The same with another policy for readers that are overtaken. */
  public RoomOptions slowReaders(SlowReaders policy) {
    return new RoomOptions(retention, policy, maxPayload, presence, guard);
  }

  /** The same with another limit for messages. */
  public RoomOptions maxPayload(int bytes) {
    return new RoomOptions(retention, slowReaders, bytes, presence, guard);
  }

  /** The same with presence. */
  public RoomOptions presence(PresenceOptions options) {
    return new RoomOptions(retention, slowReaders, maxPayload, options, guard);
  }

  /** The same with a guard. */
  public RoomOptions guard(RoomGuard newGuard) {
    return new RoomOptions(retention, slowReaders, maxPayload, presence, newGuard);
  }
}
