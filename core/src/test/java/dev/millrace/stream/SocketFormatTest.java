package dev.millrace.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.json.JsonCodec;
import dev.millrace.stream.ServerFrames.Whole;
import dev.millrace.time.TimeSource;
import java.io.ByteArrayOutputStream;
import java.nio.CharBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events as messages of a WebSocket (RFC 6455, sections 5.2 and 5.6). Needs no port. */
class SocketFormatTest {
  private static final JsonCodec JSON = JsonCodec.standard();
  private static final int TEXT = 1;
  private static final int BINARY = 2;

  private final Outbound outbound =
      new Outbound(Wire.WEBSOCKET, StreamOptions.DEFAULT, TimeSource.system());

  private byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (outbound.available() > 0) {
      outbound.read(out::write, 100_000);
    }
    return out.toByteArray();
  }

  private static Event encoded(Event event) {
    return Wire.WEBSOCKET.encode(event, JSON);
  }

  private Whole sent(Event event) throws InterruptedException {
    outbound.send(encoded(event));
    List<Whole> messages = ServerFrames.messages(ServerFrames.read(bytes()));
    assertThat(messages).hasSize(1);
    return messages.getFirst();
  }

  private void sends(@Nullable Object data, int opcode, String payload) throws Exception {
    Whole whole = sent(Event.of(data));
    assertThat(whole.opcode()).isEqualTo(opcode);
    assertThat(whole.payload()).asString(UTF_8).isEqualTo(payload);
  }

  @Test
  void whatIsSentDecidesWhatKindOfMessageItIs() throws Exception {
    sends("grüße", TEXT, "grüße");
    sends(CharBuffer.wrap("chars"), TEXT, "chars");
    sends("", TEXT, "");
    sends("bytes".getBytes(UTF_8), BINARY, "bytes");
    sends(Message.of("text"), TEXT, "text");
    sends(Message.of(new byte[] {'b'}), BINARY, "b");
    sends(Map.of("a", 1), TEXT, "{\"a\":1}");
    sends(null, TEXT, "null");
  }

  @Test
  void namesAndIdsTravelInAnEnvelope() throws Exception {
    assertThat(sent(Event.of("say \"hi\"").name("chat").id(7)).payload())
        .asString(UTF_8)
        .isEqualTo("{\"event\":\"chat\",\"id\":\"7\",\"data\":\"say \\\"hi\\\"\"}");
    assertThat(sent(Event.of(Map.of("a", 1)).id(7)).payload())
        .asString(UTF_8)
        .isEqualTo("{\"id\":\"7\",\"data\":{\"a\":1}}");
    Whole text = sent(Event.of(Message.of("ä")).name("chat"));
    assertThat(text.opcode()).isEqualTo(TEXT);
    assertThat(text.payload()).asString(UTF_8).isEqualTo("{\"event\":\"chat\",\"data\":\"ä\"}");
  }

  @Test
  void bytesHaveNoPlaceInAnEnvelope() {
    Event event = Event.of(new byte[3]).name("chat");
    assertThatThrownBy(() -> encoded(event))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("binary of 3 bytes")
        .hasMessageContaining("without name and id");
    Event message = Event.of(Message.of(new byte[3])).id(1);
    assertThatThrownBy(() -> outbound.send(message)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> outbound.push(message)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> outbound.offer(message)).isInstanceOf(IllegalArgumentException.class);
    assertThat(outbound.available()).isZero();
  }

  @Test
  void whatNeedsNoEncodingIsTheSameEvent() {
    Event text = Event.of("text");
    Event message = Event.of(Message.of("text"));
    assertThat(encoded(text)).isSameAs(text);
    assertThat(encoded(message)).isSameAs(message);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 65_535, 65_536, 262_143, 262_144})
  void aMessageUpTo256KiBIsOneFrame(int length) throws Exception {
    byte[] payload = new byte[length];
    new Random(length).nextBytes(payload);
    Whole whole = sent(Event.of(payload));
    assertThat(whole.frames()).isOne();
    assertThat(whole.payload()).isEqualTo(payload);
  }

  @ParameterizedTest
  @CsvSource({"262145, 2", "524288, 2", "524289, 3", "3000000, 12"})
  void aLongerOneIsFragmentsOf256KiB(int length, int frames) throws Exception {
    byte[] payload = new byte[length];
    new Random(length).nextBytes(payload);
    Whole whole = sent(Event.of(payload));
    assertThat(whole.opcode()).isEqualTo(BINARY);
    assertThat(whole.frames()).isEqualTo(frames);
    assertThat(whole.payload()).isEqualTo(payload);
    String text = "ä".repeat(length / 2);
    assertThat(sent(Event.of(text)).payload()).asString(UTF_8).isEqualTo(text);
  }

  /** They are control frames here, which are not the Outbound's. */
  @Test
  void heartbeatsCommentsAndReconnectionTimesAreNothing() throws Exception {
    outbound.heartbeat();
    outbound.comment("x");
    outbound.retry(5);
    outbound.end();
    assertThat(bytes()).isEmpty();
    assertThat(outbound.isFinished()).isTrue();
  }

  @Test
  void aFrameOfItsOwnIsAddedInOrderAndIsNoEvent() throws Exception {
    byte[] close = ServerFrames.frame(0x88, new byte[] {3, (byte) 232});
    outbound.push(Event.of("before"));
    assertThat(outbound.pushFrame(close)).isTrue();
    assertThat(outbound.isOpen()).isFalse();
    assertThat(outbound.send(Event.of("late"))).isFalse();
    assertThat(outbound.push(Event.of("late"))).isFalse();
    assertThat(outbound.offer(Event.of("late"))).isEqualTo(Offered.CLOSED);
    assertThat(outbound.pushFrame(close)).isFalse();
    assertThat(outbound.stats(Duration.ZERO).events()).isEqualTo(1);
    assertThat(ServerFrames.messages(ServerFrames.read(bytes())))
        .extracting(Whole::opcode)
        .containsExactly(TEXT, 8);
    assertThat(outbound.isFinished()).as("the client's close frame may still come").isFalse();
    outbound.end();
    assertThat(outbound.isFinished()).isTrue();
  }

  @Test
  void onOtherWiresAMessageIsItsText() {
    Message text = Message.of("say \"ä\"");
    Message bytes = Message.of("bytes".getBytes(UTF_8));
    assertThat((byte[]) Wire.SSE.encode(text, JSON)).asString(UTF_8).isEqualTo("say \"ä\"");
    assertThat((byte[]) Wire.RAW.encode(bytes, JSON)).asString(UTF_8).isEqualTo("bytes");
    assertThat((byte[]) Wire.NDJSON.encode(text, JSON))
        .asString(UTF_8)
        .isEqualTo("\"say \\\"ä\\\"\"");
    assertThat((byte[]) Wire.JSON_ARRAY.encode(bytes, JSON)).asString(UTF_8).isEqualTo("\"bytes\"");
  }
}
