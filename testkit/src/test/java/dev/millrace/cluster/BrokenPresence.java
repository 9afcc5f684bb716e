package dev.millrace.cluster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What nodes are told of each other's members is at fault. */
final class BrokenPresence {
  private final BrokenBackplanes all;

  private BrokenPresence(BrokenBackplanes all) {
    this.all = all;
  }

  static void addTo(BrokenBackplanes all) {
    BrokenPresence faults = new BrokenPresence(all);
    faults.presence();
    faults.snapshots();
  }

  private void presence() {
    all.broken(
        "nodes of one name",
        real ->
            new AlteredLink(real) {
              @Override
              public String node() {
                return "node";
              }
            },
        "each node has a name of its own");
    all.broken(
        "nobody announced",
        real ->
            new AlteredLink(real) {
              @Override
              public void announce(String room, String member, byte @Nullable [] attributes) {}
            },
        "who comes and goes is told to other nodes");
    all.broken(
        "members that never leave",
        real ->
            new AlteredLink(real) {
              @Override
              public void announce(String room, String member, byte @Nullable [] attributes) {
                if (attributes != null) {
                  super.announce(room, member, attributes);
                }
              }
            },
        "who comes and goes is told to other nodes",
        "a name on two nodes is two members");
    all.broken(
        "attributes of the first time",
        real ->
            new AlteredLink(real) {
              private final Set<String> known = new HashSet<>();

              @Override
              public void announce(String room, String member, byte @Nullable [] attributes) {
                if (attributes == null || known.add(member)) {
                  super.announce(room, member, attributes);
                }
              }
            },
        "other attributes are told");
    all.broken("own members told", OwnTold::new, "nobody is told of its own members");
    all.broken(
        "one list of members for all rooms",
        real ->
            new AlteredLink(real) {
              @Override
              public void announce(String room, String member, byte @Nullable [] attributes) {
                super.announce("one", member, attributes);
                super.announce("two", member, attributes);
              }
            },
        "a member is told in its room alone");
    all.listener(
        "members without their nodes",
        told ->
            new AlteredLink.AlteredListener(told) {
              @Override
              public void present(String node, String member, byte @Nullable [] attributes) {
                told.present("somewhere", member, attributes);
              }
            },
        "a name on two nodes is two members");
  }

  /** Tells members of its own node, too. */
  private static final class OwnTold extends AlteredLink {
    private final Map<String, Listener> listeners = new HashMap<>();

    OwnTold(Link real) {
      super(real);
    }

    @Override
    Listener altered(String room, Listener listener) {
      listeners.put(room, listener);
      return listener;
    }

    @Override
    public void announce(String room, String member, byte @Nullable [] attributes) {
      super.announce(room, member, attributes);
      Listener own = listeners.get(room);
      if (own != null) {
        own.present(node(), member, attributes);
      }
    }
  }

  private void snapshots() {
    all.broken(
        "members that were there not told",
        real ->
            new AlteredLink(real) {
              @Override
              public Subscription subscribe(String room, Listener listener) {
                boolean[] begun = {false};
                Subscription subscription =
                    super.subscribe(
                        room,
                        new AlteredListener(listener) {
                          @Override
                          public void present(
                              String node, String member, byte @Nullable [] attributes) {
                            if (begun[0]) {
                              told.present(node, member, attributes);
                            }
                          }
                        });
                begun[0] = true;
                return subscription;
              }
            },
        "who listens is told who is present");
    all.add(
        new BrokenBackplanes.Broken(
            "a crash that nobody notices",
            UnaryOperator.identity(),
            false,
            List.of("a node that crashes takes its members along")));
  }
}
