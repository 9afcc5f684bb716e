package dev.millrace.stream;

import dev.millrace.stream.Codings.Encoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * One gzip member (RFC 1952) made by as many deflaters as there are batches.
 *
 * <p><b>The problem.</b> A deflater holds about 260 KiB, and a stream that stays open is silent
 * most of the time.
 *
 * <p><b>The idea.</b> After a sync flush the output ends at a byte's border (RFC 1951, section
 * 3.2.4), and a deflater that starts afresh never refers to what was before. So what different
 * deflaters give, each flushed, is one valid deflate stream when put together. Each batch borrows a
 * deflater from a {@link DeflaterPool} and gives it back. So that short events are not compressed
 * in ignorance of those before, it is told the last 512 plain bytes first: the inflater still knows
 * them, and so may be referred to them.
 *
 * <p>Between batches there remain these 512 bytes, the checksum and the length.
 */
final class GzipEncoder extends ContentEncoder {
  private static final int MOST_HISTORY = 512;

  /** Deflate, no name, no time, an unknown system (RFC 1952, section 2.3). */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};

  /** A last block with fixed codes that holds nothing but its end (RFC 1951, section 3.2.6). */
  private static final byte[] EMPTY_LAST_BLOCK = {3, 0};

  private static final byte[] NOTHING = {};

  private final DeflaterPool pool;
  private final CRC32 checksum = new CRC32();
  private byte[] history = NOTHING;

  /** Others have the same history. */
  private boolean shared;

  private boolean begun;

  /** Modulo 2^32, as the format has it. */
  private int length;

  GzipEncoder(DeflaterPool pool) {
    this.pool = pool;
  }

  @Override
  void encode(List<Part> parts, boolean last, ByteBuilder out) {
    if (!begun) {
      begun = true;
      out.put(HEADER, 0, HEADER.length);
    }
    if (!parts.isEmpty()) {
      deflate(parts, last, out);
    } else if (last) {
      out.put(EMPTY_LAST_BLOCK, 0, EMPTY_LAST_BLOCK.length);
    }
    if (last) {
      out.littleEndian((int) checksum.getValue()).littleEndian(length);
      history = NOTHING;
    }
  }

  /**
   * Of readers who have been given the same for 512 bytes, the first one's work is done for all.
   */
  @Override
  byte @Nullable [] encodeShared(Batch batch) {
    if (!begun) {
      return null;
    }
    Encoded made = batch.codings().find(GzipEncoder.class, history);
    if (made == null) {
      List<Part> parts = new ArrayList<>(batch.size());
      for (int i = 0; i < batch.size(); i++) {
        byte[] event = batch.event(i);
        parts.add(new Part(event, 0, event.length));
      }
      byte[] before = history;
      shared = true;
      ByteBuilder out = new ByteBuilder(64 + batch.length() / 2);
      deflate(parts, false, out);
      made =
          batch.codings().add(new Encoded(GzipEncoder.class, before, history, out.toByteArray()));
    } else {
      for (int i = 0; i < batch.size(); i++) {
        byte[] event = batch.event(i);
        checksum.update(event, 0, event.length);
        length += event.length;
      }
      history = made.after();
    }
    shared = true;
    return made.bytes();
  }

  private void deflate(List<Part> parts, boolean last, ByteBuilder out) {
    Deflater deflater = pool.borrow();
    try {
      if (history.length > 0) {
        deflater.setDictionary(history);
      }
      for (Part part : parts) {
        deflater.setInput(part.bytes(), part.from(), part.length());
        while (!deflater.needsInput()) {
          out.deflate(deflater, Deflater.NO_FLUSH);
        }
        checksum.update(part.bytes(), part.from(), part.length());
        length += part.length();
        if (!last) {
          remember(part);
        }
      }
      if (last) {
        deflater.finish();
        while (!deflater.finished()) {
          out.deflate(deflater, Deflater.NO_FLUSH);
        }
      } else {
        while (out.deflate(deflater, Deflater.SYNC_FLUSH)) {
          // There may be more.
        }
      }
    } finally {
      pool.giveBack(deflater);
    }
  }

  private void remember(Part part) {
    int kept = Math.min(history.length, Math.max(0, MOST_HISTORY - part.length()));
    int added = Math.min(part.length(), MOST_HISTORY);
    byte[] old = history;
    if (kept + added != old.length || shared) {
      history = Arrays.copyOf(NOTHING, kept + added);
      shared = false;
    }
    System.arraycopy(old, old.length - kept, history, 0, kept);
    System.arraycopy(part.bytes(), part.from() + part.length() - added, history, kept, added);
  }
}
