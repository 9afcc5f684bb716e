package dev.millrace.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a client may send, section by section of RFC 6455 and RFC 7692. The verdicts are in {@code
 * verdicts/websocket.txt}.
 */
final class FrameCases {
  /** The limit where a case says nothing else. */
  static final int MOST = 65_537;

  static final int FRAGMENTS = 300;

  /**
   * What is sent, and the limits it is read with.
   *
   * @param deflate {@link Deflate#OFF} where no compression was agreed on
   */
  record Case(ClientFrames frames, int most, int fragments, Deflate deflate) {}

  static final Map<String, Case> ALL = new LinkedHashMap<>();

  private static final int FIN = 0x80;
  private static final int[] OPCODES = {0, 1, 2, 8, 9, 10};
  private static final String[] NAMES = {"continuation", "text", "binary", "close", "ping", "pong"};
  private static final String EURO = "€";

  static {
    masking();
    lengths();
    reservedBits();
    opcodes();
    fragmentation();
    controlFrames();
    closeCodes();
    closing();
    limits();
    Utf8Cases.addAll();
    DeflateCases.addAll();
  }

  private FrameCases() {}

  static void add(String name, ClientFrames frames) {
    add(name, new Case(frames, MOST, FRAGMENTS, Deflate.OFF));
  }

  static void add(String name, Case added) {
    if (ALL.put(name, added) != null) {
      throw new IllegalStateException("two cases: " + name);
    }
  }

  static ClientFrames frames() {
    return new ClientFrames();
  }

  private static void masking() {
    String section = "RFC 6455 5.1: ";
    add(section + "a text", frames().text("masked"));
    add(section + "a key of zeros", frames().key(0).text("masked"));
    add(section + "a key of ones", frames().key(-1).text("masked"));
    for (int i = 0; i < OPCODES.length; i++) {
      ClientFrames before = OPCODES[i] == 0 ? frames().frame(1, "a") : frames();
      add(section + NAMES[i] + " without a mask", before.head(FIN | OPCODES[i], false, 0, 0));
    }
    add(section + "one without a mask behind others", frames().text("a").head(0x81, false, 0, 1));
  }

  private static void lengths() {
    String section = "RFC 6455 5.2: ";
    for (int length : new int[] {0, 1, 2, 3, 4, 7, 8, 9, 125, 126, 127, 128, 65_535, 65_536}) {
      byte[] payload = "*".repeat(length).getBytes(UTF_8);
      add(section + "text of " + length + " bytes", frames().frame(0x81, payload));
      add(section + "binary of " + length + " bytes", frames().frame(0x82, payload));
    }
    for (int length : new int[] {0, 1, 125, 126}) {
      byte[] payload = new byte[length];
      add(
          section + length + " as a length of 2 bytes",
          frames().head(0x82, true, 2, length).masked(payload));
    }
    for (int length : new int[] {0, 1, 125, 126, 65_535, 65_536}) {
      byte[] payload = new byte[length];
      add(
          section + length + " as a length of 8 bytes",
          frames().head(0x82, true, 8, length).masked(payload));
    }
    add(section + "a length of 2^31", frames().head(0x82, true, 8, 1L << 31));
    add(section + "a length of 2^32 + 1", frames().head(0x82, true, 8, (1L << 32) + 1));
    add(section + "a length of 2^63 - 1", frames().head(0x82, true, 8, Long.MAX_VALUE));
    add(section + "a length of 2^63", frames().head(0x82, true, 8, Long.MIN_VALUE));
    add(section + "a length of 2^64 - 1", frames().head(0x81, true, 8, -1));
  }

  private static void reservedBits() {
    String section = "RFC 6455 5.2: ";
    for (int i = 0; i < OPCODES.length; i++) {
      for (int bits = 1; bits < 8; bits++) {
        ClientFrames before = OPCODES[i] == 0 ? frames().frame(1, "a") : frames().text("a");
        add(
            section + "reserved bits " + bits + " on " + NAMES[i],
            before.frame(FIN | bits << 4 | OPCODES[i], "").text("b"));
      }
    }
  }

  private static void opcodes() {
    String section = "RFC 6455 5.2: opcode ";
    for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
      String name = section + Integer.toHexString(opcode).toUpperCase(Locale.ROOT);
      add(name, frames().frame(FIN | opcode, ""));
      add(name + " with a payload", frames().frame(FIN | opcode, "payload"));
      add(name + " without FIN", frames().frame(opcode, ""));
      add(name + " behind a message", frames().text("a").frame(FIN | opcode, "").text("b"));
      add(name + " within a message", frames().frame(1, "a").frame(FIN | opcode, ""));
    }
  }

  private static void fragmentation() {
    String section = "RFC 6455 5.4: ";
    add(section + "text in two", frames().frame(1, "ab").frame(0x80, "cd"));
    add(section + "binary in two", frames().frame(2, "ab").frame(0x80, "cd"));
    add(
        section + "text in three and another",
        frames().frame(1, "ab").frame(0, "cd").frame(0x80, "ef").text("g"));
    add(section + "all empty", frames().frame(1, "").frame(0, "").frame(0x80, ""));
    add(section + "the first empty", frames().frame(1, "").frame(0, "").frame(0x80, "a"));
    add(section + "the last empty", frames().frame(1, "a").frame(0, "").frame(0x80, ""));
    ClientFrames single = frames().frame(2, "");
    for (int i = 0; i < 256; i++) {
      single.frame(0, new byte[] {(byte) i});
    }
    add(section + "256 fragments of a byte", single.frame(0x80, ""));
    add(
        section + "a ping and a pong between",
        frames().frame(1, "a").frame(0x89, "p").frame(0, "b").frame(0x8a, "q").frame(0x80, "c"));
    add(section + "a close between", frames().frame(1, "a").close(1000, "").frame(0x80, "b"));
    add(section + "no end", frames().frame(1, "a").frame(0, "b"));
    add(section + "a continuation of nothing", frames().frame(0, "a").frame(0x80, "b"));
    add(section + "a last continuation of nothing", frames().frame(0x80, "a"));
    add(section + "a continuation of a whole message", frames().text("a").frame(0x80, "b"));
    add(section + "a continuation of a ping", frames().frame(0x89, "a").frame(0x80, "b"));
    add(
        section + "a continuation of an ended message",
        frames().frame(1, "a").frame(0x80, "b").frame(0x80, "c"));
    add(section + "text within text", frames().frame(1, "a").frame(0x81, "b"));
    add(section + "binary within text", frames().frame(1, "a").frame(0x82, "b"));
    add(section + "text within binary", frames().frame(2, "a").frame(1, "b"));
  }

  private static void controlFrames() {
    String section = "RFC 6455 5.5: ";
    for (int i = 3; i < OPCODES.length; i++) {
      int opcode = OPCODES[i];
      byte[] longest = new byte[125];
      longest[0] = 3;
      longest[1] = (byte) 0xe8;
      add(section + NAMES[i] + " of nothing", frames().frame(FIN | opcode, ""));
      add(section + NAMES[i] + " of 125 bytes", frames().frame(FIN | opcode, longest));
      add(section + NAMES[i] + " of 126 bytes", frames().frame(FIN | opcode, new byte[126]));
      add(section + NAMES[i] + " of 2^16 bytes", frames().head(FIN | opcode, true, 8, 0x10000));
      add(
          section + NAMES[i] + " with a length of 2 bytes",
          frames().head(FIN | opcode, true, 2, 5));
      add(section + NAMES[i] + " without FIN", frames().frame(opcode, "ab").frame(0x80, "c"));
    }
    add("RFC 6455 5.5.2: a ping of bytes", frames().frame(0x89, new byte[] {0, -1, -2, 9}));
    add("RFC 6455 5.5.2: two pings", frames().frame(0x89, "a").frame(0x89, "b"));
    add("RFC 6455 5.5.3: a pong that nobody asked for", frames().frame(0x8a, "a").text("b"));
  }

  private static void closeCodes() {
    int[] codes = {
      0, 1, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013,
      1014, 1015, 1016, 1100, 2000, 2999, 3000, 3999, 4000, 4999, 5000, 32_768, 65_535
    };
    for (int code : codes) {
      add("RFC 6455 7.4: code " + code, frames().close(code, "why"));
    }
  }

  private static void closing() {
    String section = "RFC 6455 5.5.1: ";
    add(section + "a code alone", frames().close(1000, ""));
    add(section + "half a code", frames().frame(0x88, new byte[] {3}));
    add(section + "a reason of 123 bytes", frames().close(1000, "*".repeat(123)));
    add(section + "a reason of 124 bytes", frames().close(1000, "*".repeat(124)));
    add(section + "a reason of characters", frames().close(1000, "größer " + EURO + " 😀"));
    add(section + "a reason with NUL", frames().close(1000, "\0"));
    add(section + "a reason that is not UTF-8", closed("03e8eda080"));
    add(section + "a reason that is cut", closed("03e8e282"));
    add(section + "a wrong code and a wrong reason", closed("03ec80"));
    add(section + "text behind", frames().close(1000, "").text("a"));
    add(section + "a ping behind", frames().close(1000, "").frame(0x89, "a"));
    add(section + "another behind", frames().close(1000, "").close(1001, ""));
    add(section + "rubbish behind", frames().close(1000, "").raw(0xff, 0xff, 0xff));
    add(section + "one behind messages", frames().text("a").frame(0x89, "b").close(4000, "c"));
  }

  private static ClientFrames closed(String hex) {
    return frames().frame(0x88, HexFormat.of().parseHex(hex));
  }

  private static void limits() {
    String section = "RFC 6455 10.4: ";
    limited(section + "as long as is allowed", frames().frame(0x82, new byte[1_000]));
    limited(section + "one byte too long", frames().frame(0x82, new byte[1_001]));
    limited(section + "too long, of which nothing comes", frames().head(0x81, true, 2, 1_001));
    limited(section + "too long, the key missing", frames().raw(0x82, 0xfe, 0x03, 0xe9));
    limited(
        section + "as long as is allowed, in two",
        frames().frame(2, new byte[500]).frame(0x80, new byte[500]));
    limited(section + "too long in two", frames().frame(2, new byte[500]).head(0x80, true, 2, 501));
    limited(
        section + "too long with 2^63 - 1 more",
        frames().frame(2, new byte[500]).head(0x80, true, 8, Long.MAX_VALUE));
    limited(
        section + "two as long as is allowed",
        frames().frame(0x82, new byte[1_000]).frame(0x82, new byte[1_000]));
    limited(
        section + "as many fragments as are allowed",
        frames().frame(1, "a").frame(0, "b").frame(0, "c").frame(0x80, "d"));
    limited(
        section + "one fragment too many",
        frames().frame(1, "a").frame(0, "b").frame(0, "c").frame(0, "d").frame(0x80, "e"));
    limited(
        section + "control frames are no fragments",
        frames().frame(1, "a").frame(0x89, "").frame(0x89, "").frame(0x89, "").frame(0x80, "b"));
    limited(section + "unmasked and too long", frames().head(0x82, false, 2, 2_000));
    limited(
        section + "cut in the middle",
        frames().head(0x82, true, 2, 999).masked(ByteBuffer.allocate(99).array()));
  }

  private static void limited(String name, ClientFrames frames) {
    add(name, new Case(frames, 1_000, 4, Deflate.OFF));
  }
}
