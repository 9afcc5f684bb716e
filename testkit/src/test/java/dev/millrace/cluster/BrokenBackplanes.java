package dev.millrace.cluster;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Backplanes with one fault each, and the cases of the contract that find it. */
final class BrokenBackplanes {

  /** What is wrong, and by which cases it is found. */
  record Broken(String name, UnaryOperator<Link> links, boolean crashes, List<String> foundBy) {
    MemoryStore store() {
      return new MemoryStore(links, crashes);
    }
  }

  private static final List<Broken> ALL = new ArrayList<>();

  private BrokenBackplanes() {}

  static List<Broken> all() {
    return Collections.unmodifiableList(ALL);
  }

  private static void broken(String name, UnaryOperator<Link> links, String... foundBy) {
    ALL.add(new Broken(name, links, true, List.of(foundBy)));
  }

  /** What is told to listeners is altered. */
  private static void listener(
      String name, Function<Link.Listener, Link.Listener> altered, String... foundBy) {
    broken(
        name,
        real ->
            new AlteredLink(real) {
              @Override
              Listener altered(String room, Listener listener) {
                return altered.apply(listener);
              }
            },
        foundBy);
  }

  /** What is told of the history is altered. */
  private static void history(String name, UnaryOperator<History> altered, String... foundBy) {
    listener(
        name,
        told ->
            new AlteredLink.AlteredListener(told) {
              @Override
              public void history(History history) {
                told.history(altered.apply(history));
              }
            },
        foundBy);
  }

  /** The positions that a node gives are altered. */
  private static void position(
      String name, BiFunction<Link, Position, Position> altered, String... foundBy) {
    broken(
        name,
        real ->
            new AlteredLink(real) {
              @Override
              Position altered(Position position) {
                return altered.apply(real, position);
              }
            },
        foundBy);
  }

  /** The retention that is kept to is altered. */
  private static void retention(String name, UnaryOperator<Retention> altered, String... foundBy) {
    broken(
        name,
        real ->
            new AlteredLink(real) {
              @Override
              public Position append(String room, byte[] payload, Retention retention) {
                return real.append(room, payload, altered.apply(retention));
              }
            },
        foundBy);
  }

  /** The rooms' names are altered. */
  private static void named(String name, UnaryOperator<String> altered) {
    broken(
        name,
        real ->
            new AlteredLink(real) {
              @Override
              public Position append(String room, byte[] payload, Retention retention) {
                return real.append(altered.apply(room), payload, retention);
              }

              @Override
              public Subscription subscribe(String room, Listener listener) {
                return real.subscribe(altered.apply(room), listener);
              }
            },
        "rooms are apart, however alike their names");
  }

  static {
    numbers();
    epochs();
    storing();
    keeping();
    evicting();
    payloads();
    histories();
    seams();
    order();
    delivery();
    closing();
    presence();
    snapshots();
  }

  private static void numbers() {
    position(
        "numbers that fall",
        (link, position) -> position.at(1_000_000 - position.sequence()),
        "numbers of a thread grow, in whichever rooms");
    position(
        "numbers used twice",
        (link, position) -> position.at((position.sequence() + 1) / 2),
        "numbers of a thread grow, in whichever rooms",
        "no number is used twice, whoever appends");
    position(
        "another message's number",
        (link, position) -> position.at(position.sequence() + 1),
        "the number that append returns is the message's");
  }

  private static void epochs() {
    position(
        "an epoch for each node",
        (link, position) -> new Position(link.node(), position.sequence()),
        "all nodes are in one epoch");
    position(
        "one epoch for ever",
        (link, position) -> new Position("ever", position.sequence()),
        "a loss begins another epoch");
    broken(
        "a log that goes with its first node",
        real ->
            new AlteredLink(real) {
              private final boolean later = !real.node().endsWith("-1");

              @Override
              Listener altered(String room, Listener listener) {
                return new AlteredListener(listener) {
                  @Override
                  History history(long head, long evicted, List<Stored> entries) {
                    return new History(head, evicted, later ? List.of() : entries);
                  }
                };
              }
            },
        "nodes that come later go on in the epoch, or begin another");
  }

  private static void storing() {
    history(
        "a message that is stored late",
        history ->
            new History(
                history.head(),
                history.evicted(),
                history.entries().subList(0, Math.max(0, history.entries().size() - 1))),
        "a message is stored when append returns");
    broken(
        "a message stored though refused",
        real ->
            new AlteredLink(real) {
              @Override
              @SuppressWarnings("NullAway") // as the case tries
              public Position append(String room, byte[] payload, Retention retention) {
                if (retention == null) {
                  super.append(room, payload, Retention.DEFAULT);
                }
                return super.append(room, payload, retention);
              }
            },
        "a message is not stored when append throws");
    broken(
        "a missing payload taken for an empty one",
        real ->
            new AlteredLink(real) {
              @Override
              @SuppressWarnings("NullAway") // as the case tries
              public Position append(String room, byte[] payload, Retention retention) {
                return super.append(room, payload == null ? new byte[0] : payload, retention);
              }
            },
        "a message is not stored when append throws");
  }

  private static void keeping() {
    retention(
        "one message too many",
        kept -> kept.count(Math.min(1_000_000, kept.count() + 1)),
        "the newest messages are kept up to the count",
        "a retention holds from its message on");
    retention(
        "one message too few",
        kept -> kept.count(Math.max(1, kept.count() - 1)),
        "the newest messages are kept up to the count");
    retention(
        "bytes not counted",
        kept -> kept.bytes(Long.MAX_VALUE),
        "the newest messages are kept up to the bytes",
        "the newest message is kept, however long");
    retention(
        "no messages of the last byte",
        kept -> kept.bytes(Math.max(1, kept.bytes() - 1)),
        "the newest messages are kept up to the bytes");
    history(
        "a long message dropped",
        history ->
            new History(
                history.head(),
                history.evicted(),
                history.entries().stream().filter(entry -> entry.payload().length <= 8).toList()),
        "the newest message is kept, however long");
    retention(
        "messages that never grow old",
        kept -> kept.age(Duration.ofDays(1)),
        "what is too old is kept no more",
        "what was let go is said when nothing is left");
    retention(
        "messages that all grow old soon",
        kept -> kept.age(Duration.ofMillis(200)),
        "what is not too old is kept");
    Map<String, Retention> first = new ConcurrentHashMap<>();
    broken(
        "a retention that stays as it was",
        real ->
            new AlteredLink(real) {
              @Override
              public Position append(String room, byte[] payload, Retention retention) {
                return super.append(
                    room, payload, first.computeIfAbsent(real + room, key -> retention));
              }
            },
        "a retention holds from its message on");
    history(
        "one log for all rooms",
        history ->
            new History(
                history.head(),
                history.evicted(),
                history.entries().stream()
                    .filter(entry -> entry.sequence() > history.head() - 50)
                    .toList()),
        "a room's messages take no place in another");
  }

  private static void evicting() {
    history(
        "nothing said of what was let go",
        history -> new History(history.head(), 0, history.entries()),
        "what was let go is said",
        "what was let go is said when nothing is left",
        "what was let go is said to who has been away");
    history(
        "nothing said when nothing is left",
        history ->
            history.entries().isEmpty() ? new History(history.head(), 0, List.of()) : history,
        "what was let go is said when nothing is left");
    history(
        "everything said to be let go",
        history -> new History(history.head(), history.head(), history.entries()),
        "what was let go is said",
        "what was let go is said to who has been away");
  }

  private static void payloads() {
    payload(
        "a payload's last bit",
        payload -> {
          byte[] other = payload.clone();
          if (other.length > 60_000) {
            other[other.length - 1] ^= 1;
          }
          return other;
        });
    payload(
        "a payload read as text",
        payload -> new String(payload, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
    payload("a payload of nothing dropped", payload -> payload.length == 0 ? new byte[1] : payload);
    named("names without case", name -> name.toLowerCase(Locale.ROOT));
    named("names without spaces", String::strip);
    named("names in one form", name -> Normalizer.normalize(name, Normalizer.Form.NFC));
    named("names cut at 255", name -> name.substring(0, Math.min(255, name.length())));
    named("names of ASCII", name -> name.replaceAll("[^ -~]", "_"));
    named("names as subjects", name -> name.replaceAll("[.*>]", "_"));
  }

  private static void payload(String name, UnaryOperator<byte[]> altered) {
    broken(
        name,
        real ->
            new AlteredLink(real) {
              @Override
              public Position append(String room, byte[] payload, Retention retention) {
                return super.append(room, altered.apply(payload), retention);
              }
            },
        "payloads come back byte for byte");
  }

  private static void histories() {
    listener(
        "a history behind the first message",
        told ->
            new AlteredLink.AlteredListener(told) {
              private @Nullable History held;

              @Override
              public void history(History history) {
                held = history;
              }

              @Override
              public void entry(Stored entry) {
                told.entry(entry);
                if (held != null) {
                  told.history(held);
                  held = null;
                }
              }
            },
        "the history comes first, and once");
    listener(
        "a history told twice",
        told ->
            new AlteredLink.AlteredListener(told) {
              @Override
              public void history(History history) {
                told.history(history);
                told.history(history);
              }
            },
        "the history comes first, and once");
    listener(
        "the one before it guessed",
        told ->
            new AlteredLink.AlteredListener(told) {
              @Override
              public void entry(Stored entry) {
                told.entry(
                    new Stored(
                        entry.sequence(), entry.sequence() - 1, entry.millis(), entry.payload()));
              }
            },
        "a message names the one before it");
    history(
        "a head too small",
        history -> new History(0, history.evicted(), history.entries()),
        "the history's head is before what follows");
    history(
        "a head too great",
        history -> new History(history.head() + 5, history.evicted(), history.entries()),
        "the history's head is before what follows");
  }

  private static void seams() {
    listener(
        "a message lost behind the history",
        told ->
            new AlteredLink.AlteredListener(told) {
              private boolean lost;

              @Override
              public void entry(Stored entry) {
                if (lost) {
                  told.entry(entry);
                }
                lost = true;
              }
            },
        "each message comes once behind the history",
        "nothing is lost or doubled at the seam",
        "nothing is doubled at the seam of a log that is full");
    listener(
        "the last of the history told again",
        told ->
            new AlteredLink.AlteredListener(told) {
              @Override
              public void history(History history) {
                super.history(history);
                if (!history.entries().isEmpty()) {
                  told.entry(history.entries().getLast());
                }
              }
            },
        "nothing is lost or doubled at the seam",
        "nothing is doubled at the seam of a log that is full");
    each(5, "a message in five lost", (told, entry) -> {});
    each(
        5,
        "a message in five doubled",
        (told, entry) -> {
          told.entry(entry);
          told.entry(entry);
        });
  }

  private interface Telling {
    void tell(Link.Listener told, Stored entry);
  }

  private static void each(int number, String name, Telling telling) {
    listener(
        name,
        told ->
            new AlteredLink.AlteredListener(told) {
              private int count;

              @Override
              public void entry(Stored entry) {
                if (++count % number == 0) {
                  telling.tell(told, entry);
                } else {
                  told.entry(entry);
                }
              }
            },
        "each message comes once behind the history",
        "everything at once ends in one truth");
  }

  private static void order() {
    listener(
        "two messages of a room in the wrong order",
        told ->
            new AlteredLink.AlteredListener(told) {
              private @Nullable Stored held;

              @Override
              public void entry(Stored entry) {
                if (held == null) {
                  held = entry;
                } else {
                  told.entry(entry);
                  told.entry(held);
                  held = null;
                }
              }
            },
        "a thread's messages are in its order",
        "a node hears all rooms in the one order");
    broken(
        "a room that lags behind others",
        real ->
            new AlteredLink(real) {
              @Override
              Listener altered(String room, Listener listener) {
                return room.equals("room-1") ? new Lagging(listener) : listener;
              }
            },
        "a node hears all rooms in the one order");
    listener(
        "a thread for each subscription",
        told ->
            new AlteredLink.AlteredListener(told) {
              private final ExecutorService own =
                  Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());

              @Override
              public void entry(Stored entry) {
                own.execute(() -> told.entry(entry));
              }
            },
        "a node hears all rooms in the one order");
    listener(
        "a listener given up when it throws",
        told ->
            new AlteredLink.AlteredListener(told) {
              private boolean given;

              @Override
              public void entry(Stored entry) {
                if (!given) {
                  try {
                    told.entry(entry);
                  } catch (RuntimeException e) {
                    given = true;
                  }
                }
              }
            },
        "a listener that throws stops nobody");
  }

  /** Tells a message when the next one comes. */
  private static final class Lagging extends AlteredLink.AlteredListener {
    private @Nullable Stored held;

    Lagging(Link.Listener told) {
      super(told);
    }

    @Override
    public void entry(Stored entry) {
      Stored before = held;
      held = entry;
      if (before != null) {
        told.entry(before);
      }
    }
  }

  private static void delivery() {
    listener(
        "a message told when the next one comes",
        Lagging::new,
        "the sender's node has heard when append returns",
        "other nodes hear",
        "a node's position is what its listeners have heard");
    broken(
        "messages told to the sender's node alone",
        real ->
            new AlteredLink(real) {
              private final ThreadLocal<Boolean> own = ThreadLocal.withInitial(() -> false);

              @Override
              public Position append(String room, byte[] payload, Retention retention) {
                own.set(true);
                try {
                  return super.append(room, payload, retention);
                } finally {
                  own.remove();
                }
              }

              @Override
              Listener altered(String room, Listener listener) {
                return new AlteredListener(listener) {
                  @Override
                  public void entry(Stored entry) {
                    if (own.get()) {
                      told.entry(entry);
                    }
                  }
                };
              }
            },
        "other nodes hear");
    listener(
        "the end never told",
        told ->
            new AlteredLink.AlteredListener(told) {
              @Override
              public void delivered() {}
            },
        "the end of messages is told behind them");
    listener(
        "the end told before",
        told ->
            new AlteredLink.AlteredListener(told) {
              @Override
              public void entry(Stored entry) {
                told.delivered();
                told.entry(entry);
              }

              @Override
              public void delivered() {}
            },
        "the end of messages is told behind them");
    broken(
        "a position that stands still",
        real ->
            new AlteredLink(real) {
              @Override
              public Position position() {
                return super.position().at(0);
              }
            },
        "a node's position is what its listeners have heard");
  }

  private static void closing() {
    broken(
        "a subscription that cannot be closed",
        real ->
            new AlteredLink(real) {
              @Override
              public Subscription subscribe(String room, Listener listener) {
                super.subscribe(room, listener);
                return () -> {};
              }
            },
        "a closed subscription hears nothing",
        "a close amid messages holds");
    broken(
        "a node that cannot be closed",
        real ->
            new AlteredLink(real) {
              @Override
              public void close() {}
            },
        "a closed node hears nothing",
        "a node that is closed takes its members along");
  }

  private static void presence() {
    broken(
        "nodes of one name",
        real ->
            new AlteredLink(real) {
              @Override
              public String node() {
                return "node";
              }
            },
        "each node has a name of its own");
    broken(
        "nobody announced",
        real ->
            new AlteredLink(real) {
              @Override
              public void announce(String room, String member, byte @Nullable [] attributes) {}
            },
        "who comes and goes is told to other nodes");
    broken(
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
    broken(
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
    broken("own members told", OwnTold::new, "nobody is told of its own members");
    broken(
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
    listener(
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

  private static void snapshots() {
    broken(
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
    ALL.add(
        new Broken(
            "a crash that nobody notices",
            UnaryOperator.identity(),
            false,
            List.of("a node that crashes takes its members along")));
  }
}
