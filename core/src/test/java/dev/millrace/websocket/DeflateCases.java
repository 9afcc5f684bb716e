package dev.millrace.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.Deflater;

/** Compressed messages (RFC 7692). */
final class DeflateCases {
  private static final Deflate CONTEXT = Deflate.ON.clientContext(true);
  private static final String HELLO = "f248cdc9c90700";
  private static final String HELLO_AGAIN = "f200110000";

  private DeflateCases() {}

  static void addAll() {
    framing();
    data();
  }

  private static void framing() {
    String section = "RFC 7692 6: ";
    add(section + "a compressed text", Deflate.ON, frames().frame(0xc1, bytes(HELLO)));
    add(section + "a compressed binary", Deflate.ON, frames().frame(0xc2, bytes(HELLO)));
    add(section + "one that is not compressed", Deflate.ON, frames().text("Hello"));
    add(section + "not agreed on", Deflate.OFF, frames().frame(0xc1, bytes(HELLO)));
    ClientFrames pieces =
        frames().frame(0x41, bytes("f248")).frame(0, bytes("")).frame(0x80, bytes("cdc9c90700"));
    add(section + "in fragments", Deflate.ON, pieces);
    add(
        section + "a ping between fragments",
        Deflate.ON,
        frames().frame(0x41, bytes("f2")).frame(0x89, "p").frame(0x80, bytes("48cdc9c90700")));
    add(
        section + "the bit on the second fragment as well",
        Deflate.ON,
        frames().frame(0x41, bytes("f248")).frame(0xc0, bytes("cdc9c90700")));
    add(
        section + "the bit on the second fragment alone",
        Deflate.ON,
        frames().frame(1, "a").frame(0xc0, bytes(HELLO)));
    add(section + "the bit on a ping", Deflate.ON, frames().frame(0xc9, bytes(HELLO)));
    add(section + "the bit on a pong", Deflate.ON, frames().frame(0xca, bytes(HELLO)));
    add(section + "the bit on a close", Deflate.ON, frames().frame(0xc8, bytes("03e8")));
    add(section + "RSV2 with it", Deflate.ON, frames().frame(0xe1, bytes(HELLO)));
    add(section + "RSV3 with it", Deflate.ON, frames().frame(0xd1, bytes(HELLO)));
    add(
        section + "compressed, not, compressed",
        Deflate.ON,
        frames().frame(0xc1, bytes(HELLO)).text("plain").frame(0xc1, bytes(HELLO)));
  }

  private static void data() {
    String section = "RFC 7692 7.2: ";
    add(
        section + "a reference to the message before",
        CONTEXT,
        frames().frame(0xc1, bytes(HELLO)).frame(0xc1, bytes(HELLO_AGAIN)));
    add(
        section + "a reference beyond one that was not compressed",
        CONTEXT,
        frames().frame(0xc1, bytes(HELLO)).text("other").frame(0xc1, bytes(HELLO_AGAIN)));
    add(
        section + "a reference that was not agreed on",
        Deflate.ON,
        frames().frame(0xc1, bytes(HELLO)).frame(0xc1, bytes(HELLO_AGAIN)));
    add(section + "a reference to nothing", CONTEXT, frames().frame(0xc1, bytes(HELLO_AGAIN)));
    add(section + "stored", Deflate.ON, frames().frame(0xc1, bytes("000500faff48656c6c6f00")));
    add(section + "a last block", Deflate.ON, frames().frame(0xc1, bytes("f348cdc9c9070000")));
    add(
        section + "two blocks",
        Deflate.ON,
        frames().frame(0xc1, bytes("f248050000 00ffff cac9c90700")));
    add(section + "empty", Deflate.ON, frames().frame(0xc1, bytes("00")));
    add(section + "of no bytes at all", Deflate.ON, frames().frame(0xc1, bytes("")).text("next"));
    add(section + "no deflated data", Deflate.ON, frames().frame(0xc1, bytes("ffff")).text("next"));
    add(section + "cut", Deflate.ON, frames().frame(0xc1, bytes("f248cdc9")));
    add(section + "text that is not UTF-8", Deflate.ON, deflated(0xc1, bytes("61eda080")));
    add(section + "binary that is not UTF-8", Deflate.ON, deflated(0xc2, bytes("61eda080")));
    add(section + "characters", Deflate.ON, deflated(0xc1, "größer € 😀".getBytes(UTF_8)));
    add(section + "as long as is allowed", Deflate.ON, deflated(0xc2, new byte[FrameCases.MOST]));
    add(
        section + "one byte too long, inflated",
        Deflate.ON,
        deflated(0xc2, new byte[FrameCases.MOST + 1]));
    add(section + "a bomb", Deflate.ON, deflated(0xc2, new byte[40 << 20]));
    add(
        section + "too long while deflated",
        Deflate.ON,
        frames().head(0xc2, true, 8, FrameCases.MOST + 1));
  }

  private static void add(String name, Deflate deflate, ClientFrames frames) {
    FrameCases.add(
        name, new FrameCases.Case(frames, FrameCases.MOST, FrameCases.FRAGMENTS, deflate));
  }

  private static ClientFrames frames() {
    return FrameCases.frames();
  }

  private static ClientFrames deflated(int first, byte[] message) {
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(message);
    byte[] out = new byte[FrameCases.MOST];
    int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
    deflater.end();
    return frames().frame(first, Arrays.copyOf(out, length - 4));
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }
}
