package dev.millrace.stream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content coding of one response on its way out.
 *
 * <p>It encodes a batch when the last one has been taken, and each batch so that the client can
 * decode all of it: nothing is held back for what may come. Between two batches it holds no native
 * memory and no buffer.
 */
abstract sealed class ContentEncoder extends Encoder permits GzipEncoder, ZstdEncoder {
  /** How many plain bytes are encoded at once: less than 1 ms of a loop's time. */
  private static final int BATCH = 16 * 1024;

  /** What is encoded and waits; {@code null} when that is nothing. */
  private @Nullable ByteBuilder encoded;

  private boolean finished;

  /**
   * Encodes bytes so that all of them can be decoded from what has come out by then.
   *
   * @param parts none when there is only the end to be written
   * @param last whether these are the last ones
   */
  abstract void encode(List<Part> parts, boolean last, ByteBuilder out);

  /**
   * Encodes what others are given too, or takes what was made of it for one of them.
   *
   * @return {@code null} where that cannot be; to be left alone otherwise
   */
  abstract byte @Nullable [] encodeShared(Batch batch);

  /** Encodes a batch if none waits. */
  @Override
  final long available(Outbound plain) {
    if (plain.isDiscarded()) {
      encoded = null;
      return 0;
    }
    ByteBuilder waits = waiting(plain);
    return waits == null ? 0 : waits.size();
  }

  private @Nullable ByteBuilder waiting(Outbound plain) {
    if (encoded == null && !finished) {
      encoded = next(plain);
    }
    return encoded;
  }

  private @Nullable ByteBuilder next(Outbound plain) {
    byte[] shared = nextShared(plain);
    if (shared != null) {
      return new ByteBuilder(shared);
    }
    if (plain.pending() == 0 && !plain.hasGivenAll()) {
      return null;
    }
    List<Part> parts = new ArrayList<>(2);
    // The arrays are only referred to: what has been taken from an Outbound is not written again.
    int taken =
        plain.take((bytes, from, length) -> parts.add(new Part(bytes, from, length)), BATCH, false);
    boolean last = plain.hasGivenAll();
    if (parts.isEmpty() && !last) {
      return null;
    }
    ByteBuilder out = new ByteBuilder(128 + taken / 2);
    encode(parts, last, out);
    finished = last;
    return out.size() == 0 ? null : out;
  }

  private byte @Nullable [] nextShared(Outbound plain) {
    Feed feed = plain.due();
    Batch batch = feed == null ? null : feed.batch();
    if (feed == null || batch == null || Codings.isTooLong(batch)) {
      return null;
    }
    byte[] shared = encodeShared(batch);
    if (shared != null) {
      feed.given(batch.size());
    }
    return shared;
  }

  @Override
  final boolean isDrained() {
    return finished && encoded == null;
  }

  @Override
  final boolean isCostly() {
    return true;
  }

  @Override
  final int read(Outbound plain, Outbound.Sink sink, int most) {
    ByteBuilder waits = waiting(plain);
    if (waits == null) {
      return 0;
    }
    int taken = Math.min(most, waits.size());
    waits.readTo(sink, taken);
    if (waits.size() == 0) {
      encoded = null;
    }
    return taken;
  }

  /** All of a body at once. */
  final byte[] whole(byte[] plain) {
    ByteBuilder out = new ByteBuilder(128 + plain.length / 4);
    encode(List.of(new Part(plain, 0, plain.length)), true, out);
    return out.toByteArray();
  }
}
