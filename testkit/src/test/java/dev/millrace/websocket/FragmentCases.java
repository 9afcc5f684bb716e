package dev.millrace.websocket;

import static dev.millrace.websocket.Case.big;
import static dev.millrace.websocket.Case.given;
import static dev.millrace.websocket.Case.sound;
import static dev.millrace.websocket.Script.BINARY;
import static dev.millrace.websocket.Script.CLOSE;
import static dev.millrace.websocket.Script.CONTINUATION;
import static dev.millrace.websocket.Script.FIN;
import static dev.millrace.websocket.Script.PING;
import static dev.millrace.websocket.Script.PONG;
import static dev.millrace.websocket.Script.TEXT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cases of messages in several frames, and of long ones. */
final class FragmentCases {
  private static final byte[] AB = "fragment1fragment2".getBytes(UTF_8);
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  private FragmentCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    sound5(cases);
    faults(cases);
    strays(cases);
    sizes(cases);
    fragmentSizes(cases);
    return cases;
  }

  private static Script first(Script script) {
    return script.frame(TEXT, "fragment1");
  }

  private static void last(Script script) {
    script.frame(FIN | CONTINUATION, "fragment2").owed(TEXT, AB);
  }

  private static void sound5(List<Case> cases) {
    cases.add(sound("5.4: text in two frames", s -> last(first(s))));
    cases.add(sound("5.4: text in two frames, in single bytes", s -> last(first(s.chopped(1)))));
    cases.add(sound("5.4: a ping between two frames", s -> last(first(s).ping("ping"))));
    cases.add(sound("5.4: the same, in single bytes", s -> last(first(s.chopped(1)).ping("ping"))));
    cases.add(sound("5.4: a pong between two frames", s -> last(first(s).frame(FIN | PONG, "x"))));
    cases.add(sound("5.4: pings around each frame of one byte", FragmentCases::pingsAround));
    cases.add(
        sound(
            "5.4: empty frames only",
            s ->
                s.frame(TEXT, "")
                    .frame(CONTINUATION, "")
                    .frame(FIN | CONTINUATION, "")
                    .owed(TEXT, new byte[0])));
    cases.add(
        sound(
            "5.4: empty frames around a full one",
            s ->
                s.frame(BINARY, "")
                    .frame(CONTINUATION, "middle")
                    .frame(FIN | CONTINUATION, "")
                    .owed(BINARY, "middle".getBytes(UTF_8))));
    cases.add(
        sound(
            "5.4: two messages in two frames each",
            s -> {
              last(first(s));
              last(first(s));
            }));
    cases.add(sound("5.4: 9,999 frames of one byte", s -> s.inFrames(BINARY, new byte[9_999], 1)));
    cases.add(given("5.5.1: a close between two frames", s -> first(s).close(1000, "enough")));
  }

  private static void pingsAround(Script script) {
    for (int i = 0; i < AB.length; i++) {
      int first = i == 0 ? TEXT : i == AB.length - 1 ? FIN : CONTINUATION;
      script.ping("before " + i).frame(first, Arrays.copyOfRange(AB, i, i + 1));
    }
    script.owed(TEXT, AB);
  }

  private static void faults(List<Case> cases) {
    cases.add(given("5.4: a ping in two frames", s -> s.frame(PING, "a").frame(FIN, "b")));
    cases.add(given("5.4: a pong in two frames", s -> s.frame(PONG, "a").frame(FIN, "b")));
    cases.add(given("5.4: a close without FIN", s -> s.frame(CLOSE, Script.hex("03e8"))));
    cases.add(given("5.4: a text within a message", s -> first(s).frame(FIN | TEXT, "x")));
    cases.add(given("5.4: a binary within a message", s -> first(s).frame(FIN | BINARY, "x")));
    cases.add(given("5.4: another first frame within a message", s -> first(s).frame(TEXT, "x")));
    cases.add(
        given(
            "5.4: a ping is answered before such a fault",
            s -> first(s).ping("ping").frame(FIN | TEXT, "x")));
  }

  private static void strays(List<Case> cases) {
    cases.add(given("5.4: a continuation first, with FIN", s -> s.frame(FIN, "x")));
    cases.add(given("5.4: a continuation first, without FIN", s -> s.frame(CONTINUATION, "x")));
    cases.add(
        given(
            "5.4: a stray continuation with FIN behind a message",
            s -> s.text("one").frame(FIN, "x").frame(FIN | TEXT, "y")));
    cases.add(
        given(
            "5.4: a stray continuation without FIN behind one",
            s -> s.text("one").frame(CONTINUATION, "x").frame(FIN, "y")));
    cases.add(
        given(
            "5.4: a stray one behind a message in two frames",
            s -> {
              last(first(s));
              s.frame(CONTINUATION, "x");
            }));
    for (String payload : new String[] {"", "x"}) {
      String name = "5.4: frames of %d bytes for ever".formatted(payload.length());
      cases.add(
          new Case(
              name,
              "",
              "/echo",
              true,
              s -> {
                s.frame(BINARY, payload);
                for (int i = 0; i < 100_000; i++) {
                  s.frame(CONTINUATION, payload);
                }
              }));
    }
  }

  private static void sizes(List<Case> cases) {
    for (int size : new int[] {64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB}) {
      cases.add(big("10.4: text of " + size, s -> s.message(TEXT, utf8(size))));
      cases.add(big("10.4: binary of " + size, s -> s.binary(noise(size))));
    }
    for (int chop : new int[] {64, 128, 256, 512, 1024, 2048}) {
      cases.add(
          big(
              "10.4: text of 1 MiB, sent in pieces of " + chop,
              s -> s.message(TEXT, utf8(MIB)).chopped(chop)));
    }
    for (int size : new int[] {0, 16, 64, 256, 1024, 4096}) {
      cases.add(
          big(
              "10.4: 1,000 messages of " + size,
              s -> {
                byte[] content = utf8(size);
                for (int i = 0; i < 1_000; i++) {
                  s.message(i % 2 == 0 ? TEXT : BINARY, content);
                }
              }));
    }
  }

  private static void fragmentSizes(List<Case> cases) {
    for (int size = 64; size <= 4 * MIB; size *= 4) {
      int length = size;
      cases.add(
          big(
              "10.4: text of 4 MiB in frames of " + length,
              s -> s.inFrames(TEXT, utf8(4 * MIB), length)));
      cases.add(
          big(
              "10.4: binary of 4 MiB in frames of " + length,
              s -> s.inFrames(BINARY, noise(4 * MIB), length)));
    }
    cases.add(
        sound("5.4: text of 65536 in frames of 1300", s -> s.inFrames(TEXT, utf8(65_536), 1300)));
    cases.add(
        big("5.4: binary of 65536 in frames of 1", s -> s.inFrames(BINARY, noise(65_536), 1)));
  }

  /** Text of so many bytes in characters of one to four. */
  static byte[] utf8(int length) {
    byte[] pattern = "Hello-µ@ßöäüàá-€-\uD834\uDD1E!".getBytes(UTF_8);
    byte[] text = FrameCases.filled(length, '*');
    for (int at = 0; at + pattern.length <= length; at += pattern.length) {
      System.arraycopy(pattern, 0, text, at, pattern.length);
    }
    return text;
  }

  /** Bytes that cannot be compressed, the same each time. */
  static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new java.util.Random(length).nextBytes(bytes);
    return bytes;
  }
}
