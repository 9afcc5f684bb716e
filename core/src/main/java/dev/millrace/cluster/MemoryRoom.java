package dev.millrace.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What there is of one room: its messages, who hears of them, who is present. All of it belongs to
 * the lock of the backplane. There may be a million, so nothing is made before it is needed.
 */
final class MemoryRoom {
  private static final MemorySubscription[] NONE = {};

  /** Who is present where. */
  private record Presence(MemoryLink link, String member) {}

  final String name;

  @Nullable Kept first;
  @Nullable Kept last;
  int count;
  long bytes;

  /** The sequence of the last message that was, or one that is not smaller. */
  long newest;

  /** That of the last message. */
  Retention retention = Retention.DEFAULT;

  /** Copied on write: what a caller has got stays as it is. */
  private MemorySubscription[] subscriptions = NONE;

  private @Nullable Map<Presence, byte[]> present;

  /**
   * An empty room.
   *
   * @param newest zero when there has been none of this name
   */
  MemoryRoom(String name, long newest) {
    this.name = name;
    this.newest = newest;
  }

  /** What is kept, for one who comes now. */
  History history(long head) {
    Kept oldest = first;
    if (oldest == null) {
      return new History(head, newest, List.of());
    }
    Stored[] entries = new Stored[count];
    int at = 0;
    for (Kept kept = oldest; kept != null; kept = kept.next) {
      entries[at++] = kept.stored;
    }
    return new History(head, oldest.stored.previous(), List.of(entries));
  }

  MemorySubscription[] subscriptions() {
    return subscriptions;
  }

  void add(MemorySubscription subscription) {
    MemorySubscription[] more = Arrays.copyOf(subscriptions, subscriptions.length + 1);
    more[more.length - 1] = subscription;
    subscriptions = more;
  }

  void remove(MemorySubscription subscription) {
    keep(
        Arrays.stream(subscriptions)
            .filter(one -> one != subscription)
            .toArray(MemorySubscription[]::new));
  }

  /** Whether a link has anything here. */
  boolean has(MemoryLink link) {
    for (MemorySubscription subscription : subscriptions) {
      if (subscription.link == link) {
        return true;
      }
    }
    return present != null && present.keySet().stream().anyMatch(one -> one.link == link);
  }

  /** A link has ended: ends what it has here, and tells the others who has left with it. */
  void withdraw(MemoryLink link) {
    for (MemorySubscription subscription : subscriptions) {
      if (subscription.link == link) {
        subscription.end();
      }
    }
    keep(
        Arrays.stream(subscriptions)
            .filter(one -> one.link != link)
            .toArray(MemorySubscription[]::new));
    if (present != null) {
      List<String> members =
          present.keySet().stream().filter(one -> one.link == link).map(Presence::member).toList();
      members.forEach(member -> announce(link, member, null));
    }
  }

  private void keep(MemorySubscription[] others) {
    subscriptions = others.length == 0 ? NONE : others;
  }

  /** Notes who is present, and tells the other links. */
  void announce(MemoryLink link, String member, byte @Nullable [] attributes) {
    if (!note(new Presence(link, member), attributes)) {
      return;
    }
    for (MemorySubscription subscription : subscriptions) {
      if (subscription.link != link) {
        subscription.present(link.node(), member, attributes);
      }
    }
  }

  private boolean note(Presence who, byte @Nullable [] attributes) {
    Map<Presence, byte[]> noted = present;
    if (attributes != null) {
      if (noted == null) {
        noted = new LinkedHashMap<>();
        present = noted;
      }
      noted.put(who, attributes);
      return true;
    }
    if (noted == null || noted.remove(who) == null) {
      return false;
    }
    if (noted.isEmpty()) {
      present = null;
    }
    return true;
  }

  /** Tells a new subscription who is present on other links. */
  void tellPresent(MemorySubscription subscription) {
    if (present == null) {
      return;
    }
    // A copy, because who hears of it may announce somebody.
    for (Map.Entry<Presence, byte[]> each : new ArrayList<>(present.entrySet())) {
      Presence who = each.getKey();
      if (who.link != subscription.link) {
        subscription.present(who.link.node(), who.member, each.getValue());
      }
    }
  }

  /** Whether nothing would be lost with it but its newest sequence. */
  boolean isIdle() {
    return first == null && subscriptions.length == 0 && present == null;
  }
}
