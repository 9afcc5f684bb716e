package dev.millrace.cluster;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A node of a {@link MemoryBackplane}, which does everything. */
final class MemoryLink implements Link {
  private final MemoryBackplane backplane;
  private final String node;

  /** Belongs to the backplane's lock. */
  boolean closed;

  MemoryLink(MemoryBackplane backplane, String node) {
    this.backplane = backplane;
    this.node = node;
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public Position position() {
    return backplane.position();
  }

  @Override
  public Position append(String room, byte[] payload, Retention retention) {
    Objects.requireNonNull(room, "room");
    Objects.requireNonNull(payload, "payload");
    Objects.requireNonNull(retention, "retention");
    return backplane.append(this, room, payload, retention);
  }

  @Override
  public Subscription subscribe(String room, Listener listener) {
    Objects.requireNonNull(room, "room");
    Objects.requireNonNull(listener, "listener");
    return backplane.subscribe(this, room, listener);
  }

  void unsubscribe(MemorySubscription subscription) {
    backplane.unsubscribe(subscription);
  }

  @Override
  public void announce(String room, String member, byte @Nullable [] attributes) {
    Objects.requireNonNull(room, "room");
    Objects.requireNonNull(member, "member");
    backplane.announce(this, room, member, attributes);
  }

  @Override
  public void close() {
    backplane.detach(this);
  }

  @Override
  public String toString() {
    return "MemoryLink[" + node + "]";
  }
}
