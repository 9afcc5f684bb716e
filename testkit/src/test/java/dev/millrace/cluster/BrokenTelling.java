package dev.millrace.cluster;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** What listeners are told is at fault: histories, the seam behind them, order and the end. */
final class BrokenTelling {
  private final BrokenBackplanes all;

  private BrokenTelling(BrokenBackplanes all) {
    this.all = all;
  }

  static void addTo(BrokenBackplanes all) {
    BrokenTelling faults = new BrokenTelling(all);
    faults.histories();
    faults.seams();
    faults.order();
    faults.delivery();
    faults.closing();
  }

  private void histories() {
    all.listener(
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
    all.listener(
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
    all.listener(
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
    all.history(
        "a head too small",
        history -> new History(0, history.evicted(), history.entries()),
        "the history's head is before what follows");
    all.history(
        "a head too great",
        history -> new History(history.head() + 5, history.evicted(), history.entries()),
        "the history's head is before what follows");
  }

  private void seams() {
    all.listener(
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
    all.listener(
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

  private void each(int number, String name, Telling telling) {
    all.listener(
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

  private void order() {
    all.listener(
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
    all.broken(
        "a room that lags behind others",
        real ->
            new AlteredLink(real) {
              @Override
              Listener altered(String room, Listener listener) {
                return room.equals("room-1") ? new Lagging(listener) : listener;
              }
            },
        "a node hears all rooms in the one order");
    all.listener(
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
    all.listener(
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

  private void delivery() {
    all.listener(
        "a message told when the next one comes",
        Lagging::new,
        "the sender's node has heard when append returns",
        "other nodes hear",
        "a node's position is what its listeners have heard");
    all.broken(
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
    all.listener(
        "the end never told",
        told ->
            new AlteredLink.AlteredListener(told) {
              @Override
              public void delivered() {}
            },
        "the end of messages is told behind them");
    all.listener(
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
    all.broken(
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

  private void closing() {
    all.broken(
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
    all.broken(
        "a node that cannot be closed",
        real ->
            new AlteredLink(real) {
              @Override
              public void close() {}
            },
        "a closed node hears nothing",
        "a node that is closed takes its members along");
  }
}
