package dev.millrace.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random conversations, whole, cut anywhere, and damaged. Seeded. Needs no port. */
class FrameFuzzTest {
  private static final int MOST = 20_000;
  private static final int FRAGMENTS = 8;

  private final Random random = new Random(6455);

  @Test
  void aConversationIsToldHoweverItIsCut() {
    for (int i = 0; i < 1_000; i++) {
      Conversation said = new Conversation();
      assertThat(inPieces(said.bytes(), Integer.MAX_VALUE)).isEqualTo(said.expected);
      assertThat(inPieces(said.bytes(), 1 + random.nextInt(300))).isEqualTo(said.expected);
    }
  }

  @Test
  void aDamagedConversationFailsWithACodeHoweverItIsCut() {
    int failures = 0;
    for (int i = 0; i < 4_000; i++) {
      byte[] bytes = damaged(new Conversation().bytes());
      List<String> whole = inPieces(bytes, Integer.MAX_VALUE);
      assertThat(inPieces(bytes, 1 + random.nextInt(40))).isEqualTo(whole);
      long failed = whole.stream().filter(event -> event.startsWith("fail")).count();
      assertThat(failed).isLessThanOrEqualTo(1);
      failures += (int) failed;
    }
    // Otherwise this shows nothing.
    assertThat(failures).isGreaterThan(1_000);
  }

  @Test
  void noiseTakesNoMoreMemoryThanItHasBytes() {
    byte[] noise = new byte[200];
    long before = allocated();
    for (int i = 0; i < 20_000; i++) {
      random.nextBytes(noise);
      noise[0] = (byte) (0x80 | 1 + random.nextInt(2));
      noise[1] = (byte) (random.nextBoolean() ? 0xff : 0xfe);
      Arrays.fill(noise, 2, 7, (byte) 0);
      FrameReader reader = new FrameReader(Integer.MAX_VALUE, 100, true, new Heard());
      try {
        reader.read(ByteBuffer.wrap(noise));
      } catch (FrameException e) {
        assertThat(e.code()).isIn(1002, 1007, 1008, 1009);
      }
    }
    assertThat(allocated() - before).isLessThan(20_000L * 4_096);
  }

  @Test
  void whatIsOnlyAnnouncedIsNotAllocated() throws FrameException {
    ClientFrames announced = new ClientFrames().head(0x82, true, 8, 10 << 20).masked((byte) 1);
    ByteBuffer bytes = ByteBuffer.wrap(announced.bytes());
    long before = allocated();
    for (int i = 0; i < 1_000; i++) {
      new FrameReader(10 << 20, 1, false, new Heard()).read(bytes.rewind());
    }
    assertThat(allocated() - before).isLessThan(2 << 20);
  }

  @Test
  void aLongMessageInPiecesIsNotCopiedAgainAndAgain() throws FrameException {
    int length = 16 << 20;
    ClientFrames head = new ClientFrames().key(0).head(0x82, true, 8, length);
    Lengths lengths = new Lengths();
    FrameReader reader = new FrameReader(length, 1, false, lengths);
    byte[] piece = new byte[1 << 14];
    reader.read(ByteBuffer.wrap(head.bytes()));
    long before = allocated();
    for (int i = 0; i < length / piece.length; i++) {
      reader.read(ByteBuffer.wrap(piece));
    }
    assertThat(lengths.sum).isEqualTo(length);
    assertThat(allocated() - before).isLessThan(3L * length);
  }

  @Test
  void aMessageThatIsThereTakesOneArray() throws FrameException {
    byte[] payload = new byte[100_000];
    ByteBuffer bytes = ByteBuffer.wrap(new ClientFrames().frame(0x81, payload).bytes());
    FrameReader reader = new FrameReader(payload.length, 1, false, new Lengths());
    reader.read(bytes);
    long before = allocated();
    reader.read(bytes.rewind());
    assertThat(allocated() - before).isBetween(100_000L, 101_000L);
  }

  private List<String> inPieces(byte[] bytes, int most) {
    Heard heard = new Heard();
    FrameReader reader = new FrameReader(MOST, FRAGMENTS, false, heard);
    int at = 0;
    while (at < bytes.length) {
      int wanted = most == Integer.MAX_VALUE ? most : 1 + random.nextInt(most);
      int next = Math.min(bytes.length - at, wanted);
      ByteBuffer piece = ByteBuffer.wrap(bytes, at, next);
      if (random.nextBoolean()) {
        piece = ByteBuffer.allocateDirect(next).order(ByteOrder.LITTLE_ENDIAN).put(piece).flip();
      }
      heard.read(reader, piece);
      assertThat(piece.hasRemaining()).isFalse();
      at += next;
    }
    return heard.events;
  }

  private byte[] damaged(byte[] bytes) {
    byte[] result = bytes;
    for (int i = 1 + random.nextInt(3); i > 0 && result.length > 0; i--) {
      int at = random.nextInt(Math.min(result.length, random.nextBoolean() ? 12 : result.length));
      switch (random.nextInt(3)) {
        case 0 -> {
          result = result.clone();
          result[at] ^= (byte) (1 << random.nextInt(8));
        }
        case 1 -> result = Arrays.copyOf(result, at);
        default -> {
          byte[] shorter = new byte[result.length - 1];
          System.arraycopy(result, 0, shorter, 0, at);
          System.arraycopy(result, at + 1, shorter, at, shorter.length - at);
          result = shorter;
        }
      }
    }
    return result;
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  /** Keeps nothing but how long all messages were. */
  private static final class Lengths implements FrameReader.Target {
    long sum;

    @Override
    public void message(boolean text, boolean compressed, byte[] payload) {
      sum += payload.length;
    }

    @Override
    public void ping(byte[] payload) {}

    @Override
    public void pong(byte[] payload) {}

    @Override
    public void close(int code, String reason) {}
  }

  /** Messages in fragments with control frames between, and what is to be told of them. */
  private final class Conversation {
    final List<String> expected = new ArrayList<>();
    private final ClientFrames frames = new ClientFrames();
    private final Heard heard = new Heard();

    Conversation() {
      int messages = random.nextInt(6);
      for (int i = 0; i < messages; i++) {
        message();
        maybeControl();
      }
      if (random.nextInt(4) == 0) {
        int code = 3_000 + random.nextInt(2_000);
        frames.close(code, "reason").text("behind");
        heard.close(code, "reason");
      }
      expected.addAll(heard.events);
    }

    byte[] bytes() {
      return frames.bytes();
    }

    private void message() {
      boolean text = random.nextBoolean();
      byte[] payload =
          switch (random.nextInt(4)) {
            case 0 -> "é€😀".repeat(random.nextInt(20)).getBytes(UTF_8);
            case 1 -> "*".repeat(random.nextInt(1_000)).getBytes(UTF_8);
            case 2 -> "a😀".repeat(random.nextInt(3_000)).getBytes(UTF_8);
            default -> "text".getBytes(UTF_8);
          };
      int fragments = 1 + random.nextInt(random.nextBoolean() ? 1 : FRAGMENTS);
      int at = 0;
      for (int i = 1; i <= fragments; i++) {
        int end = i == fragments ? payload.length : random.nextInt(at, payload.length + 1);
        int opcode = i > 1 ? 0 : text ? 1 : 2;
        frames.key(random.nextInt());
        frames.frame((i == fragments ? 0x80 : 0) | opcode, Arrays.copyOfRange(payload, at, end));
        at = end;
        if (i < fragments) {
          maybeControl();
        }
      }
      heard.message(text, false, payload);
    }

    private void maybeControl() {
      if (random.nextInt(3) > 0) {
        return;
      }
      byte[] payload = new byte[random.nextInt(126)];
      random.nextBytes(payload);
      boolean ping = random.nextBoolean();
      frames.frame(ping ? 0x89 : 0x8a, payload);
      if (ping) {
        heard.ping(payload);
      } else {
        heard.pong(payload);
      }
    }
  }
}
