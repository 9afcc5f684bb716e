package dev.millrace.room;

import dev.millrace.cluster.History;
import dev.millrace.cluster.Link;
import dev.millrace.cluster.Retention;
import dev.millrace.cluster.Stored;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * All that was ever sent, as another node of the backplane hears of it: before the rooms do,
 * because it has subscribed first.
 */
final class ModelTruth {
  static final int KEYS = 4;

  private final RoomOptions[] options;
  private final AtomicReferenceArray<int[]> sequences;
  private final AtomicIntegerArray sizes;
  private final AtomicIntegerArray newestOfKey;

  // By sequence.
  private final long[] hash;
  private final int[] room;
  private final int[] index;
  private final int[] origin;
  private final byte[] key;

  /**
   * Hears of rooms.
   *
   * @param most how many messages there will be at most
   */
  ModelTruth(Link link, String[] names, RoomOptions[] options, int most) {
    this.options = options;
    sequences = new AtomicReferenceArray<>(names.length);
    sizes = new AtomicIntegerArray(names.length);
    newestOfKey = new AtomicIntegerArray(names.length * KEYS);
    hash = new long[most + 1];
    room = new int[most + 1];
    index = new int[most + 1];
    origin = new int[most + 1];
    key = new byte[most + 1];
    for (int i = 0; i < names.length; i++) {
      sequences.set(i, new int[1024]);
      link.subscribe(names[i], new Ear(i));
    }
  }

  private final class Ear implements Link.Listener {
    private final int number;

    private Ear(int number) {
      this.number = number;
    }

    @Override
    public void history(History history) {}

    @Override
    public void entry(Stored stored) {
      Payload payload = Payload.fromBytes(stored.payload());
      int sequence = (int) stored.sequence();
      int at = sizes.get(number);
      String text = new String(payload.data(), StandardCharsets.UTF_8);
      hash[sequence] = hash(payload.name(), text);
      room[sequence] = number;
      index[sequence] = at;
      String from = payload.origin();
      origin[sequence] = from == null ? 0 : Integer.parseInt(from.substring(from.indexOf('/') + 1));
      key[sequence] = (byte) (payload.key() == null ? -1 : Integer.parseInt(payload.key()));
      int[] all = sequences.get(number);
      if (at == all.length) {
        all = Arrays.copyOf(all, at * 2);
      }
      all[at] = sequence;
      sequences.set(number, all);
      sizes.set(number, at + 1);
      if (key[sequence] >= 0) {
        newestOfKey.set(number * KEYS + key[sequence], sequence);
      }
    }

    @Override
    public void delivered() {}

    @Override
    public void present(String node, String member, byte @Nullable [] attributes) {}
  }

  static long hash(@Nullable String name, String text) {
    return text.hashCode() * 31L + (name == null ? "message" : name).hashCode() + text.length();
  }

  RoomOptions options(int ofRoom) {
    return options[ofRoom];
  }

  int size(int ofRoom) {
    return sizes.get(ofRoom);
  }

  /** That of a message of a room; the highest number when there is none yet. */
  long sequence(int ofRoom, int at) {
    return at < sizes.get(ofRoom) ? sequences.get(ofRoom)[at] : Long.MAX_VALUE;
  }

  /** The index of the first message of a room behind a sequence. */
  int firstAfter(int ofRoom, long sequence) {
    int size = sizes.get(ofRoom);
    int at =
        Arrays.binarySearch(
            sequences.get(ofRoom), 0, size, (int) Math.min(sequence + 1, Integer.MAX_VALUE));
    return at < 0 ? -at - 1 : at;
  }

  boolean isKnown(long sequence) {
    return sequence > 0 && sequence < hash.length && hash[(int) sequence] != 0;
  }

  long hash(long sequence) {
    return hash[(int) sequence];
  }

  int room(long sequence) {
    return room[(int) sequence];
  }

  int index(long sequence) {
    return index[(int) sequence];
  }

  int origin(long sequence) {
    return origin[(int) sequence];
  }

  /** Whether the policy of its room lets a message be left out without a word. */
  boolean mayBeSkipped(long sequence) {
    int of = room(sequence);
    SlowReaders policy = options[of].slowReaders();
    if (policy instanceof SlowReaders.Sample) {
      return index(sequence) + 1 < size(of);
    }
    return policy == SlowReaders.ConflateByKey.ONLY
        && key[(int) sequence] >= 0
        && newestOfKey.get(of * KEYS + key[(int) sequence]) > sequence;
  }

  /** Whether so many have followed a message that its room cannot keep it any more. */
  boolean hasGone(long sequence) {
    Retention retention = options[room(sequence)].retention();
    return index(sequence) < size(room(sequence)) - retention.count();
  }
}
