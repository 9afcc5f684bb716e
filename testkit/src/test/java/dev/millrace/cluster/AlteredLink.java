package dev.millrace.cluster;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A link that does as another, but for what a subclass alters. */
class AlteredLink implements Link {
  final Link real;

  AlteredLink(Link real) {
    this.real = real;
  }

  /** A listener that does as another, but for what a subclass alters. */
  static class AlteredListener implements Listener {
    final Listener told;

    AlteredListener(Listener told) {
      this.told = told;
    }

    History history(long head, long evicted, List<Stored> entries) {
      return new History(head, evicted, entries);
    }

    @Override
    public void history(History history) {
      told.history(history(history.head(), history.evicted(), history.entries()));
    }

    @Override
    public void entry(Stored entry) {
      told.entry(entry);
    }

    @Override
    public void delivered() {
      told.delivered();
    }

    @Override
    public void present(String node, String member, byte @Nullable [] attributes) {
      told.present(node, member, attributes);
    }
  }

  Position altered(Position position) {
    return position;
  }

  Listener altered(String room, Listener listener) {
    return listener;
  }

  @Override
  public String node() {
    return real.node();
  }

  @Override
  public Position position() {
    return altered(real.position());
  }

  @Override
  public Position append(String room, byte[] payload, Retention retention) {
    return altered(real.append(room, payload, retention));
  }

  @Override
  public Subscription subscribe(String room, Listener listener) {
    return real.subscribe(room, altered(room, listener));
  }

  @Override
  public void announce(String room, String member, byte @Nullable [] attributes) {
    real.announce(room, member, attributes);
  }

  @Override
  public void close() {
    real.close();
  }
}
