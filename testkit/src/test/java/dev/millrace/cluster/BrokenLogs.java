package dev.millrace.cluster;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** What is kept is at fault: numbers, epochs, retention, payloads and names of rooms. */
final class BrokenLogs {
  private final BrokenBackplanes all;

  private BrokenLogs(BrokenBackplanes all) {
    this.all = all;
  }

  static void addTo(BrokenBackplanes all) {
    BrokenLogs faults = new BrokenLogs(all);
    faults.numbers();
    faults.epochs();
    faults.storing();
    faults.keeping();
    faults.evicting();
    faults.payloads();
  }

  private void numbers() {
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

  private void epochs() {
    position(
        "an epoch for each node",
        (link, position) -> new Position(link.node(), position.sequence()),
        "all nodes are in one epoch");
    position(
        "one epoch for ever",
        (link, position) -> new Position("ever", position.sequence()),
        "a loss begins another epoch");
    all.broken(
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

  private void storing() {
    all.history(
        "a message that is stored late",
        history ->
            new History(
                history.head(),
                history.evicted(),
                history.entries().subList(0, Math.max(0, history.entries().size() - 1))),
        "a message is stored when append returns");
    all.broken(
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
    all.broken(
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

  private void keeping() {
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
    all.history(
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
    all.broken(
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
    all.history(
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

  private void evicting() {
    all.history(
        "nothing said of what was let go",
        history -> new History(history.head(), 0, history.entries()),
        "what was let go is said",
        "what was let go is said when nothing is left",
        "what was let go is said to who has been away");
    all.history(
        "nothing said when nothing is left",
        history ->
            history.entries().isEmpty() ? new History(history.head(), 0, List.of()) : history,
        "what was let go is said when nothing is left");
    all.history(
        "everything said to be let go",
        history -> new History(history.head(), history.head(), history.entries()),
        "what was let go is said",
        "what was let go is said to who has been away");
  }

  private void payloads() {
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

  private void payload(String name, UnaryOperator<byte[]> altered) {
    all.broken(
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

  /** The positions that a node gives are altered. */
  private void position(
      String name, BiFunction<Link, Position, Position> altered, String... foundBy) {
    all.broken(
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
  private void retention(String name, UnaryOperator<Retention> altered, String... foundBy) {
    all.broken(
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
  private void named(String name, UnaryOperator<String> altered) {
    all.broken(
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
}
