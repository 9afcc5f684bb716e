package dev.millrace.demo.examples;

import dev.millrace.http.Content;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A minute of music as a WAV file that lies nowhere: a sample follows from its number, so reading
 * can begin at any byte. 16 bits, two channels, 48,000 samples a second.
 */
final class Tones implements Content {
  private static final int RATE = 48_000;
  private static final int CHANNELS = 2;
  private static final int SECONDS = 60;
  private static final int HEAD_BYTES = 44;
  private static final int SOUND_BYTES = SECONDS * RATE * CHANNELS * Short.BYTES;

  /** Samples from one tone to the next. */
  private static final int TONE = RATE * 3 / 8;

  /** A bar of eight tones: a pentatonic scale upwards and half of the way back, in Hertz. */
  private static final double[] BAR = {220, 293.66, 329.63, 440, 523.25, 440, 392, 329.63};

  /** How far down each bar of four is played. */
  private static final double[] DOWN = {1, 0.8909, 0.7937, 0.8909};

  private final byte[] head = head();

  @Override
  public long length() {
    return HEAD_BYTES + SOUND_BYTES;
  }

  @Override
  public String type() {
    return "audio/wav";
  }

  @Override
  public String etag() {
    return "\"tones-1\"";
  }

  @Override
  public @Nullable Instant lastModified() {
    return null;
  }

  @Override
  public @Nullable Path file() {
    return null;
  }

  @Override
  public InputStream open(long from) {
    return new Reader(from);
  }

  /** Between -1 and 1. */
  private static double sample(long number, int channel) {
    long tone = number / TONE;
    double time = (double) (number % TONE) / RATE;
    double hertz = BAR[(int) (tone % BAR.length)] * DOWN[(int) (tone / BAR.length % DOWN.length)];
    double angle = 2 * Math.PI * hertz * time;
    double left = (double) (TONE - number % TONE) / RATE;
    double loudness = Math.exp(-4 * time) * Math.min(1, Math.min(time, left) * 100);
    double side = tone % 2 == channel ? 0.5 : 0.3;
    return side * loudness * (Math.sin(angle) + 0.3 * Math.sin(2 * angle));
  }

  private static byte[] head() {
    return ByteBuffer.allocate(HEAD_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(ascii("RIFF"))
        .putInt(HEAD_BYTES - 8 + SOUND_BYTES)
        .put(ascii("WAVEfmt "))
        .putInt(16)
        .putShort((short) 1) // PCM
        .putShort((short) CHANNELS)
        .putInt(RATE)
        .putInt(RATE * CHANNELS * Short.BYTES)
        .putShort((short) (CHANNELS * Short.BYTES))
        .putShort((short) Short.SIZE)
        .put(ascii("data"))
        .putInt(SOUND_BYTES)
        .array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The bytes from one on. */
  private final class Reader extends InputStream {
    private long at;

    /** The last value that was computed: each takes two bytes. */
    private long number = -1;

    private int value;

    Reader(long from) {
      this.at = from;
    }

    @Override
    public int read() {
      return at < length() ? next() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int from, int length) {
      Objects.checkFromIndexSize(from, length, target.length);
      int count = (int) Math.min(length, length() - at);
      for (int i = 0; i < count; i++) {
        target[from + i] = next();
      }
      return count == 0 && length > 0 ? -1 : count;
    }

    private byte next() {
      long index = at++;
      if (index < HEAD_BYTES) {
        return head[(int) index];
      }
      long sound = index - HEAD_BYTES;
      if (sound / Short.BYTES != number) {
        number = sound / Short.BYTES;
        double sample = sample(number / CHANNELS, (int) (number % CHANNELS));
        value = (int) Math.round(sample * Short.MAX_VALUE);
      }
      return (byte) (sound % Short.BYTES == 0 ? value : value >> 8);
    }
  }
}
