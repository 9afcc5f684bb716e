package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.json.JsonCodec;
import dev.millrace.room.Payload.Kind;
import dev.millrace.stream.Event;
import dev.millrace.stream.Message;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a message says, and that a backplane gives it back. */
class PayloadTest {
  private static final JsonCodec JSON = JsonCodec.standard();

  private static Payload of(@Nullable Object data) {
    return Payload.of(Event.of(data), JSON);
  }

  private static String text(Payload payload) {
    return payload.kind() + " " + new String(payload.data(), StandardCharsets.UTF_8);
  }

  @Test
  void textIsTextBytesAreBytesAndTheRestIsJson() {
    assertThat(text(of("\u00fc"))).isEqualTo("TEXT \u00fc");
    assertThat(text(of(CharBuffer.wrap("x")))).isEqualTo("TEXT x");
    assertThat(text(of(Map.of("a", 1)))).isEqualTo("JSON {\"a\":1}");
    assertThat(text(of(17))).isEqualTo("JSON 17");
    assertThat(text(of(null))).isEqualTo("JSON null");
    assertThat(text(of(new byte[] {65}))).isEqualTo("BINARY A");
    assertThat(text(of(Message.of(new byte[] {65})))).isEqualTo("BINARY A");
    assertThat(text(of(Message.of("A")))).isEqualTo("TEXT A");
  }

  @Test
  void theBytesAreItsOwn() {
    byte[] mine = {1};
    Payload payload = of(mine);
    mine[0] = 2;
    assertThat(payload.data()).containsExactly(1);
  }

  @Test
  void whatARoomCannotSendIsRefused() {
    assertThatThrownBy(() -> Payload.of(Event.of("x").id("7"), JSON))
        .hasMessageStartingWith("event with id \"7\" (expected: none");
    assertThatThrownBy(() -> Payload.of(Event.of("x").retry(Duration.ofSeconds(1)), JSON))
        .hasMessageStartingWith("event with retry PT1S");
    Payload.of(Event.of("x").name("n".repeat(1024)).key("k".repeat(1024)), JSON);
    assertThatThrownBy(() -> Payload.of(Event.of("x").name("n".repeat(1025)), JSON))
        .hasMessage("event name of 1025 characters (expected: at most 1024 in a room)");
    assertThatThrownBy(() -> Payload.of(Event.of("x").key("k".repeat(1025)), JSON))
        .hasMessage("event key of 1025 characters (expected: at most 1024 in a room)");
    assertThatThrownBy(() ->
            of(
                new Object() {
                  @SuppressWarnings({"unused", "EffectivelyPrivate"}) // the codec finds it
                  public Object getSelf() {
                    throw new IllegalStateException("no");
                  }
                }))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBackplaneGivesItBack() {
    String[] fields = {
      null, "", "a", "\u00fc\ud83d\ude00", "\u4e2d".repeat(1024), "x".repeat(1024)
    };
    Random random = new Random(1);
    for (Kind kind : Kind.values()) {
      for (String name : fields) {
        for (String key : fields) {
          byte[] data = new byte[random.nextInt(1000)];
          random.nextBytes(data);
          String origin = fields[random.nextInt(4)];
          Payload payload = new Payload(kind, name, key, origin, data);
          same(Payload.fromBytes(payload.toBytes()), payload);
          same(
              Payload.fromBytes(payload.without("node/1").toBytes()),
              new Payload(kind, name, key, "node/1", data));
        }
      }
    }
  }

  private static void same(Payload one, Payload other) {
    assertThat(List.of(one.kind(), "" + one.name(), "" + one.key(), "" + one.origin()))
        .isEqualTo(List.of(other.kind(), "" + other.name(), "" + other.key(), "" + other.origin()));
    assertThat(one.name() == null).isEqualTo(other.name() == null);
    assertThat(one.data()).isEqualTo(other.data());
    assertThat(one.text()).isEqualTo(other.text());
    assertThat(one.size()).isEqualTo(other.size());
  }

  @Test
  void whatABackplaneKeepsIsNotKeptASecondTime() {
    byte[] kept = of(Map.of("x", 1)).toBytes();
    assertThat(Payload.fromBytes(kept).bytes()).isSameAs(kept);
  }

  /** Another version, or another program, may have written what is stored. */
  @Test
  void whateverElseIsStoredIsReadOrRefusedAndNothingElse() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] good = new Payload(Kind.TEXT, "name", "key", "node/1", new byte[20]).toBytes();
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 1));
      for (int change = random.nextInt(4); change > 0 && bytes.length > 0; change--) {
        bytes[random.nextInt(Math.min(bytes.length, 10))] = (byte) random.nextInt(256);
      }
      try {
        assertThat(Payload.fromBytes(bytes)).isNotNull();
      } catch (IllegalArgumentException e) {
        assertThat(e)
            .as("seed %d", seed)
            .hasMessage("a message of " + bytes.length + " bytes that no room has written");
      }
    }
  }
}
