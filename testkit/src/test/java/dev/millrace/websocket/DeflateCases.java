package dev.millrace.websocket;

import static dev.millrace.websocket.Script.BINARY;
import static dev.millrace.websocket.Script.CONTINUATION;
import static dev.millrace.websocket.Script.FIN;
import static dev.millrace.websocket.Script.PING;
import static dev.millrace.websocket.Script.RSV1;
import static dev.millrace.websocket.Script.TEXT;
import static dev.millrace.websocket.Script.hex;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Cases of permessage-deflate (RFC 7692). */
final class DeflateCases {
  private static final String PLAIN = "permessage-deflate";
  private static final byte[] HELLO = "Hello".getBytes(UTF_8);
  private static final int[] SIZES = {
    16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072
  };

  private DeflateCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    examples(cases);
    bits(cases);
    data(cases);
    sizes(cases);
    return cases;
  }

  private static Case sound(String name, Consumer<Script> sent) {
    return Case.sound("RFC 7692 " + name, sent).deflate(PLAIN, "/deflate");
  }

  private static Case of(String name, Consumer<Script> sent) {
    return Case.given("RFC 7692 " + name, sent).deflate(PLAIN, "/deflate");
  }

  private static Script hello(Script script, String payload) {
    return script.frame(FIN | RSV1 | TEXT, hex(payload)).owed(TEXT, HELLO);
  }

  private static void examples(List<Case> cases) {
    cases.add(sound("7.2.3.1: one block", s -> hello(s, "f248cdc9c90700")));
    cases.add(
        sound(
            "7.2.3.1: in two frames",
            s ->
                s.frame(RSV1 | TEXT, hex("f248cd"))
                    .frame(FIN | CONTINUATION, hex("c9c90700"))
                    .owed(TEXT, HELLO)));
    cases.add(
        Case.sound(
                "RFC 7692 7.2.3.2: the second message refers to the first",
                s -> hello(hello(s, "f248cdc9c90700"), "f200110000"))
            .deflate(PLAIN, "/context"));
    cases.add(
        of(
            "7.2.3.2: the same where that was not agreed on",
            s -> hello(s, "f248cdc9c90700").frame(FIN | RSV1 | TEXT, hex("f200110000"))));
    cases.add(
        sound("7.2.3.3: a block that is not compressed", s -> hello(s, "000500faff48656c6c6f00")));
    cases.add(sound("7.2.3.4: a last block", s -> hello(s, "f348cdc9c9070000")));
    cases.add(sound("7.2.3.5: two blocks", s -> hello(s, "f24805000000ffffcac9c90700")));
    cases.add(
        sound(
            "7.2.3.6: an empty message",
            s -> s.frame(FIN | RSV1 | TEXT, hex("00")).owed(TEXT, new byte[0])));
    cases.add(
        sound(
            "7.2.1: no bytes at all", s -> s.frame(FIN | RSV1 | TEXT, "").owed(TEXT, new byte[0])));
    cases.add(
        sound(
            "6.1: messages that are not compressed, among others",
            s -> hello(s.text("a"), "f248cdc9c90700").binary(new byte[300]).text("b")));
    cases.add(
        sound(
            "6.1: a ping between frames of a compressed message",
            s ->
                s.frame(RSV1 | TEXT, hex("f248cd"))
                    .ping("ping")
                    .frame(FIN, hex("c9c90700"))
                    .owed(TEXT, HELLO)));
    cases.add(
        sound(
            "6.1: empty frames of a compressed message",
            s ->
                s.frame(RSV1 | TEXT, "")
                    .frame(CONTINUATION, hex("f248cdc9c90700"))
                    .frame(FIN, "")
                    .owed(TEXT, HELLO)));
    cases.add(
        Case.sound("RFC 7692 6: what was not agreed on is not done", s -> s.text("*".repeat(1000)))
            .deflate("x-webkit-deflate-frame", "/deflate"));
  }

  private static void bits(List<Case> cases) {
    cases.add(
        of(
            "6.2: RSV1 on a continuation",
            s ->
                s.frame(RSV1 | TEXT, hex("f248cd"))
                    .frame(FIN | RSV1 | CONTINUATION, hex("c9c90700"))));
    cases.add(
        of(
            "6.2: RSV1 on a continuation of a plain message",
            s -> s.frame(TEXT, "a").frame(FIN | RSV1 | CONTINUATION, "b")));
    cases.add(of("6.2: RSV1 on a ping", s -> s.frame(FIN | RSV1 | PING, "")));
    cases.add(of("6.2: RSV1 on a close", s -> s.frame(FIN | RSV1 | Script.CLOSE, "")));
    cases.add(of("6: RSV2 with RSV1", s -> s.frame(FIN | RSV1 | 0x20 | TEXT, hex("00"))));
    cases.add(of("6: RSV3", s -> s.frame(FIN | 0x10 | TEXT, hex("00"))));
    cases.add(
        Case.given(
                "RFC 7692 6: RSV1 where the server knows no compression",
                s -> s.frame(FIN | RSV1 | TEXT, hex("f248cdc9c90700")))
            .deflate(PLAIN, "/echo"));
    cases.add(
        Case.given(
                "RFC 7692 6: RSV1 where the client has offered none",
                s -> s.frame(FIN | RSV1 | TEXT, hex("f248cdc9c90700")))
            .deflate("x-none", "/deflate"));
  }

  private static void data(List<Case> cases) {
    for (String bad : new String[] {"ff", "06", "f2", "f248cd", "deadbeef", "000500faff4865"}) {
      cases.add(
          of(
              "7.2.2: " + bad + " behind a message",
              s ->
                  s.text("one")
                      .frame(FIN | RSV1 | BINARY, hex(bad))
                      .frame(FIN | TEXT, "not heard any more")));
    }
    cases.add(
        of(
            "7.2.2: bytes behind a last block",
            s -> s.frame(FIN | RSV1 | BINARY, hex("f348cdc9c9070000ff"))));
    cases.add(
        of(
            "8.1: compressed text that is not UTF-8",
            s -> s.frame(FIN | RSV1 | TEXT, s.deflate(hex("616263ff")))));
    cases.add(sound("8.1: the same as binary", s -> s.deflated(BINARY, hex("616263ff"))));
    cases.add(
        new Case(
            "RFC 7692 8: 65 MiB of zeros, deflated",
            PLAIN,
            "/deflate",
            true,
            s -> s.text("one").frame(FIN | RSV1 | BINARY, s.deflate(new byte[65 << 20]))));
    cases.add(
        of(
            "8: 100,000 last blocks",
            s -> s.frame(FIN | RSV1 | BINARY, hex("0300".repeat(100_000) + "00"))));
  }

  private static void sizes(List<Case> cases) {
    for (int size : SIZES) {
      for (boolean json : new boolean[] {true, false}) {
        String kind = (json ? "JSON" : "noise") + " of " + size;
        byte[] content = json ? json(size) : FragmentCases.noise(size);
        int opcode = json ? TEXT : BINARY;
        // All sizes a hundred times the usual way; the others as often as is quick.
        many(cases, "100 times " + kind, 100, s -> s.deflated(opcode, content), "/deflate");
        int some = Math.clamp((1 << 20) / size, 4, 100);
        many(
            cases,
            some + " times " + kind + ", with context",
            some,
            s -> s.withContext().deflated(opcode, content),
            "/context");
        many(
            cases,
            some + " times " + kind + ", in frames of 256",
            some,
            s -> s.withContext().deflatedInFrames(opcode, content, 256),
            "/context");
      }
    }
  }

  private static void many(
      List<Case> cases, String name, int count, Consumer<Script> sent, String path) {
    Consumer<Script> all =
        script -> {
          for (int i = 0; i < count; i++) {
            sent.accept(script);
          }
        };
    cases.add(Case.big("RFC 7692: " + name, all).deflate(PLAIN, path));
  }

  /** Text like that of an interface, of so many bytes. */
  static byte[] json(int size) {
    StringBuilder text = new StringBuilder(size + 100);
    for (int i = 0; text.length() < size; i++) {
      text.append("{\"id\":")
          .append(i * 7919)
          .append(",\"name\":\"user ")
          .append(i)
          .append("\",\"active\":")
          .append(i % 3 == 0)
          .append("},");
    }
    return text.substring(0, size).getBytes(UTF_8);
  }
}
