package dev.millrace.stream;

import dev.millrace.stream.Codings.Encoded;
import java.util.List;

/**
 * A frame of Zstandard for each batch: frames that follow each other are decoded as one (RFC 8878,
 * section 3). Holds nothing, but no frame can refer to one before.
 */
final class ZstdEncoder extends ContentEncoder {
  private static final byte[] NOTHING = {};

  private boolean begun;

  @Override
  void encode(List<Part> parts, boolean last, ByteBuilder out) {
    if (parts.isEmpty() && begun) {
      return;
    }
    begun = true;
    byte[] frame;
    if (parts.size() == 1) {
      Part only = parts.getFirst();
      frame = Zstandard.frame(only.bytes(), only.from(), only.length());
    } else {
      byte[] all = together(parts);
      frame = Zstandard.frame(all, 0, all.length);
    }
    out.put(frame, 0, frame.length);
  }

  /** A frame refers to nothing, so it is the same for all. */
  @Override
  byte[] encodeShared(Batch batch) {
    Codings codings = batch.codings();
    Encoded made = codings.find(ZstdEncoder.class, NOTHING);
    if (made == null) {
      ByteBuilder all = new ByteBuilder(batch.length());
      for (int i = 0; i < batch.size(); i++) {
        all.put(batch.event(i), 0, batch.event(i).length);
      }
      byte[] plain = all.toByteArray();
      byte[] frame = Zstandard.frame(plain, 0, plain.length);
      made = codings.add(new Encoded(ZstdEncoder.class, NOTHING, NOTHING, frame));
    }
    begun = true;
    return made.bytes();
  }

  private static byte[] together(List<Part> parts) {
    if (parts.isEmpty()) {
      return NOTHING;
    }
    ByteBuilder all = new ByteBuilder(parts.stream().mapToInt(Part::length).sum());
    parts.forEach(part -> all.put(part.bytes(), part.from(), part.length()));
    return all.toByteArray();
  }
}
