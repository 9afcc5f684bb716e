package dev.millrace.stream;

import dev.millrace.stream.Codings.Encoded;
import dev.millrace.stream.Encoder.Part;
import dev.millrace.websocket.Agreement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the messages of one WebSocket (permessage-deflate, RFC 7692), a batch when the last
 * one has been taken. Belongs to the event loop.
 *
 * <p><b>The problem.</b> A deflater holds about 260 KiB, and most connections are silent. Nor can
 * the JDK's be told how far back it may refer, as the client may have asked for (section 7.1.2.1).
 *
 * <p><b>The idea.</b> As in {@link GzipEncoder}, each piece of a message borrows a deflater that
 * knows nothing, is told the last plain bytes before, and is flushed: put together, that is one
 * valid deflate stream. A deflater that was given no more than a window's bytes cannot refer
 * further back. Each piece leaves as a fragment, so that control frames get between.
 *
 * <p>Between messages nothing remains, or up to 4 KiB if messages may refer to earlier ones. What
 * is staged are whole frames.
 */
final class Deflation {
  /** How many plain bytes are staged at once: less than 1 ms of a loop's time. */
  private static final int BATCH = 16 * 1024;

  /** The same for short messages: to prepare a deflater takes some microseconds. */
  private static final int MOST_PIECES = 16;

  private static final int MOST_HISTORY = 4 * 1024;

  /** What a sync flush ends with, and a message leaves out (section 7.2.1). */
  private static final int TAIL = 4;

  private static final byte[] NOTHING = {};

  private final Agreement agreement;
  private final DeflaterPool pool;

  /** Where whole frames come from. */
  private interface Source {
    int take(Outbound.Sink sink, int most);
  }

  private @Nullable ByteBuilder staged;

  /** Deflaters were at work for what was staged last. */
  private boolean costly;

  /** The last plain bytes of this message, or of all. */
  private byte[] history = NOTHING;

  // --- the frame that is being read ---

  private boolean inFrame;
  private boolean fin;
  private int left;

  /** What the next frame of the message begins with: its opcode, or a continuation's. */
  private int opcode;

  private boolean compressing;

  Deflation(Agreement agreement, DeflaterPool pool) {
    this.agreement = agreement;
    this.pool = pool;
  }

  /** How many bytes are staged; stages some if there are none. */
  int available(Outbound plain) {
    if (staged == null) {
      byte[] shared = stageShared(plain);
      staged =
          shared == null
              ? stage((sink, most) -> plain.take(sink, most, false), MOST_PIECES, BATCH)
              : new ByteBuilder(shared);
    }
    return staged == null ? 0 : staged.size();
  }

  /** Takes what is staged. */
  int take(Outbound.Sink sink, int most) {
    ByteBuilder waits = staged;
    if (waits == null) {
      return 0;
    }
    int taken = take(waits, sink, most);
    if (waits.size() == 0) {
      staged = null;
    }
    return taken;
  }

  private static int take(ByteBuilder from, Outbound.Sink sink, int most) {
    int taken = Math.min(most, from.size());
    if (taken > 0) {
      from.readTo(sink, taken);
    }
    return taken;
  }

  /** Forgets all but the oldest bytes, and where in a message it was. */
  void cut(long keep) {
    if (staged != null && keep < staged.size()) {
      staged.truncate((int) keep);
      staged = keep == 0 ? null : staged;
    }
    inFrame = false;
    history = NOTHING;
  }

  boolean isEmpty() {
    return staged == null;
  }

  /** Also when the batch has been taken: transports ask before or after. */
  boolean isCostly() {
    return costly;
  }

  /** For tests: what is held. */
  int held() {
    return history.length + (staged == null ? 0 : staged.size());
  }

  /** Of messages of a room, which refer to nothing, the first one's work is done for all. */
  private byte @Nullable [] stageShared(Outbound plain) {
    Feed feed = inFrame || agreement.serverContext() ? null : plain.due();
    Batch batch = feed == null ? null : feed.batch();
    if (feed == null || batch == null || Codings.isTooLong(batch)) {
      return null;
    }
    Encoded made = batch.codings().find(agreement, NOTHING);
    if (made == null) {
      ByteBuilder frames = new ByteBuilder(batch.length());
      for (int i = 0; i < batch.size(); i++) {
        frames.put(batch.event(i), 0, batch.event(i).length);
      }
      ByteBuilder out =
          stage((sink, most) -> take(frames, sink, most), Integer.MAX_VALUE, Integer.MAX_VALUE);
      byte[] encoded = out == null ? NOTHING : out.toByteArray();
      made = batch.codings().add(new Encoded(agreement, NOTHING, NOTHING, encoded));
    }
    feed.given(batch.size());
    return made.bytes();
  }

  private @Nullable ByteBuilder stage(Source plain, int mostPieces, int mostBytes) {
    ByteBuilder out = null;
    int pieces = 0;
    int bytes = 0;
    costly = false;
    while (pieces < mostPieces && (inFrame || header(plain))) {
      int length = Math.min(left, compressing ? longestPiece() : BATCH);
      if (out == null) {
        out = new ByteBuilder(128 + Math.min(length, BATCH));
      } else if (bytes + length > mostBytes) {
        break;
      }
      boolean last = fin && length == left;
      if (compressing) {
        deflated(plain, length, last, out);
        pieces++;
      } else {
        SocketFormat.header(last ? opcode | SocketFormat.FIN : opcode, length, out);
        plain.take(out::put, length);
      }
      // As much work for an empty message as for one of a few bytes.
      bytes += length + SocketFormat.MOST_HEADER;
      opcode = SocketFormat.CONTINUATION;
      left -= length;
      inFrame = left > 0;
    }
    costly = pieces > 0;
    return out;
  }

  /** So much that with what it may refer to it fits into the window. */
  private int longestPiece() {
    return Math.min(BATCH, 1 << (agreement.serverBits() - 1));
  }

  /** Reads the header of a frame, of which all has come, since frames are whole. */
  private boolean header(Source plain) {
    ByteBuilder header = new ByteBuilder(SocketFormat.MOST_HEADER);
    if (plain.take(header::put, 2) < 2) {
      return false;
    }
    int second = header.at(1);
    if (second >= 126) {
      plain.take(header::put, second == 126 ? 2 : 8);
    }
    left = second < 126 ? second : 0;
    for (int i = 2; i < header.size(); i++) {
      left = (left << 8) | header.at(i);
    }
    fin = (header.at(0) & SocketFormat.FIN) != 0;
    inFrame = true;
    int kind = header.at(0) & SocketFormat.OPCODE;
    if (kind != SocketFormat.CONTINUATION) {
      opcode = kind;
      // Of more than one frame, a message is long.
      compressing = kind < SocketFormat.CLOSE && (!fin || left >= agreement.minBytes());
    }
    return true;
  }

  /** A piece as a frame, or a message that would not shrink as it is. */
  private void deflated(Source plain, int length, boolean last, ByteBuilder out) {
    List<Part> parts = new ArrayList<>(2);
    // The arrays are only referred to: what has been taken from an Outbound is not written again.
    plain.take((bytes, from, size) -> parts.add(new Part(bytes, from, size)), length);
    ByteBuilder piece = new ByteBuilder(64 + length / 2);
    deflate(parts, last, piece);
    boolean whole = last && opcode != SocketFormat.CONTINUATION;
    int first = last ? opcode | SocketFormat.FIN : opcode;
    if (whole && piece.size() >= length) {
      SocketFormat.header(first, length, out);
      parts.forEach(part -> out.put(part.bytes(), part.from(), part.length()));
      return;
    }
    boolean begins = opcode != SocketFormat.CONTINUATION;
    SocketFormat.header(begins ? first | SocketFormat.RSV1 : first, piece.size(), out);
    piece.readTo(out::put, piece.size());
    if (!last || agreement.serverContext()) {
      parts.forEach(this::remember);
    } else {
      history = NOTHING;
    }
  }

  private void deflate(List<Part> parts, boolean last, ByteBuilder out) {
    if (parts.isEmpty()) {
      // An empty stored block without what a message leaves out (section 7.2.3.6).
      out.octet(0);
      return;
    }
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
      }
      while (out.deflate(deflater, Deflater.SYNC_FLUSH)) {
        // There may be more.
      }
    } finally {
      pool.giveBack(deflater);
    }
    if (last) {
      out.truncate(out.size() - TAIL);
    }
  }

  private void remember(Part part) {
    int most = Math.min(MOST_HISTORY, 1 << (agreement.serverBits() - 1));
    int kept = Math.min(history.length, Math.max(0, most - part.length()));
    int added = Math.min(part.length(), most);
    byte[] old = history;
    byte[] now = kept + added == old.length ? old : Arrays.copyOf(NOTHING, kept + added);
    System.arraycopy(old, old.length - kept, now, 0, kept);
    System.arraycopy(part.bytes(), part.from() + part.length() - added, now, kept, added);
    history = now;
  }
}
