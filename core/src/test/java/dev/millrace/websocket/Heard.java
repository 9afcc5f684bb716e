package dev.millrace.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** What a reader has told, in words that can be compared and read in a diff. */
final class Heard implements FrameReader.Target {
  final List<String> events = new ArrayList<>();
  final List<byte[]> payloads = new ArrayList<>();

  private final @Nullable Inflation inflation;
  private final int most;
  private boolean failed;

  Heard() {
    this(null, 0);
  }

  /** With compressed messages inflated, as a session does. */
  Heard(@Nullable Inflation inflation, int most) {
    this.inflation = inflation;
    this.most = most;
  }

  /** Everything that a reader with these limits tells of bytes, its failure last. */
  static List<String> all(byte[] bytes, int piece, int most, int fragments, boolean compression) {
    Heard heard = new Heard();
    FrameReader reader = new FrameReader(most, fragments, compression, heard);
    for (int at = 0; at < bytes.length; at += piece) {
      heard.read(reader, ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at)));
    }
    return heard.events;
  }

  /** Returns whether it went well. */
  boolean read(FrameReader reader, ByteBuffer bytes) {
    try {
      reader.read(bytes);
      return true;
    } catch (FrameException e) {
      events.add("fail " + e.code());
      return false;
    }
  }

  @Override
  public void message(boolean text, boolean compressed, byte[] payload) {
    if (failed) {
      return;
    }
    if (compressed && inflation != null) {
      inflated(inflation, text, payload);
      return;
    }
    payloads.add(payload);
    String what = (compressed ? "compressed " : "") + (text ? "text" : "binary");
    events.add(what + " " + show(text && !compressed, payload));
  }

  private void inflated(Inflation client, boolean text, byte[] payload) {
    try {
      if (text) {
        message(true, false, client.inflateText(payload, most));
      } else {
        message(false, false, client.inflate(payload, most));
      }
    } catch (FrameException e) {
      events.add("fail " + e.code());
      failed = true;
    }
  }

  @Override
  public void ping(byte[] payload) {
    events.add("ping " + show(false, payload));
  }

  @Override
  public void pong(byte[] payload) {
    events.add("pong " + show(false, payload));
  }

  @Override
  public void close(int code, String reason) {
    String why = reason.isEmpty() ? "" : " " + show(true, reason.getBytes(StandardCharsets.UTF_8));
    events.add("close " + code + why);
  }

  private static String show(boolean text, byte[] payload) {
    String characters = new String(payload, StandardCharsets.UTF_8);
    if (text && payload.length <= 16 && characters.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
      return "'" + characters + "'";
    }
    CRC32 sum = new CRC32();
    sum.update(payload);
    return payload.length + ":" + Long.toHexString(sum.getValue());
  }
}
