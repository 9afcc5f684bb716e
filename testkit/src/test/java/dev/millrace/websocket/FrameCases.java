package dev.millrace.websocket;

import static dev.millrace.websocket.Case.given;
import static dev.millrace.websocket.Case.sound;
import static dev.millrace.websocket.Script.BINARY;
import static dev.millrace.websocket.Script.CLOSE;
import static dev.millrace.websocket.Script.CONTINUATION;
import static dev.millrace.websocket.Script.FIN;
import static dev.millrace.websocket.Script.PING;
import static dev.millrace.websocket.Script.PONG;
import static dev.millrace.websocket.Script.TEXT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cases of single frames: lengths, pings, reserved bits and opcodes, masks. */
final class FrameCases {
  private static final int[] LENGTHS = {0, 1, 125, 126, 127, 128, 65_535, 65_536};

  private FrameCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    lengths(cases);
    pings(cases);
    reservedBits(cases);
    opcodes(cases);
    headers(cases);
    return cases;
  }

  static byte[] filled(int length, int with) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  private static void lengths(List<Case> cases) {
    for (int length : LENGTHS) {
      cases.add(sound("5.2: text of " + length, s -> s.text("*".repeat(length))));
      cases.add(sound("5.2: binary of " + length, s -> s.binary(filled(length, 0xfe))));
    }
    for (int chop : new int[] {997, 2048}) {
      cases.add(
          sound(
              "5.2: text of 65536, sent in pieces of " + chop,
              s -> s.text("*".repeat(65_536)).chopped(chop)));
      cases.add(
          sound(
              "5.2: binary of 65536, sent in pieces of " + chop,
              s -> s.binary(filled(65_536, 0xfe)).chopped(chop)));
    }
  }

  private static void pings(List<Case> cases) {
    cases.add(sound("5.5.2: ping without payload", s -> s.ping("")));
    cases.add(sound("5.5.2: ping with text", s -> s.ping("Hello, world!")));
    cases.add(sound("5.5.2: ping with bytes", s -> s.ping(Script.hex("00ff fefd fcfb 00ff"))));
    cases.add(sound("5.5.2: ping of 125", s -> s.ping(filled(125, 0xfe))));
    cases.add(given("5.5: ping of 126", s -> s.frame(FIN | PING, filled(126, 0xfe))));
    cases.add(sound("5.5.2: ping of 125, in single bytes", s -> s.ping(filled(125, 1)).chopped(1)));
    cases.add(sound("5.5.3: pong that nobody asked for", s -> s.frame(FIN | PONG, "")));
    cases.add(sound("5.5.3: such a pong of 125", s -> s.frame(FIN | PONG, filled(125, 2))));
    cases.add(given("5.5: pong of 126", s -> s.frame(FIN | PONG, filled(126, 2))));
    cases.add(
        sound("5.5.3: such a pong, then a ping", s -> s.frame(FIN | PONG, "pong").ping("ping")));
    cases.add(sound("5.5.2: 10 pings in a row", FrameCases::tenPings));
    cases.add(sound("5.5.2: 10 pings in a row, in single bytes", s -> tenPings(s.chopped(1))));
    cases.add(
        sound("5.5.2: pings between messages", s -> s.ping("1").text("a").ping("2").text("b")));
  }

  private static void tenPings(Script script) {
    for (int i = 0; i < 10; i++) {
      script.ping("payload-" + i);
    }
  }

  /** What has come before the fault is heard. */
  private static void reservedBits(List<Case> cases) {
    for (int rsv = 1; rsv <= 7; rsv++) {
      int bits = FIN | rsv << 4;
      cases.add(given("5.2: RSV %d, text".formatted(rsv), s -> s.frame(bits | TEXT, "small")));
      cases.add(
          given(
              "5.2: RSV %d, text behind a message, then a ping".formatted(rsv),
              s -> s.text("small").frame(bits | TEXT, "small").frame(FIN | PING, "")));
      cases.add(given("5.2: RSV %d, binary".formatted(rsv), s -> s.frame(bits | BINARY, "\0\1")));
      cases.add(given("5.2: RSV %d, ping".formatted(rsv), s -> s.frame(bits | PING, "x")));
      cases.add(given("5.2: RSV %d, pong".formatted(rsv), s -> s.frame(bits | PONG, "x")));
      cases.add(
          given(
              "5.2: RSV %d, close".formatted(rsv), s -> s.frame(bits | CLOSE, Script.hex("03e8"))));
      cases.add(
          given(
              "5.2: RSV %d, continuation".formatted(rsv),
              s -> s.frame(TEXT, "a").frame(bits | CONTINUATION, "b")));
    }
  }

  private static void opcodes(List<Case> cases) {
    for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
      cases.add(given("5.2: opcode %x, empty".formatted(opcode), s -> s.frame(FIN | opcode, "")));
      cases.add(
          given("5.2: opcode %x, with payload".formatted(opcode), s -> s.frame(FIN | opcode, "x")));
      cases.add(
          given(
              "5.2: opcode %x behind a message, then a ping".formatted(opcode),
              s -> s.text("Hello").frame(FIN | opcode, "x").frame(FIN | PING, "")));
      cases.add(
          given(
              "5.2: opcode %x within a message".formatted(opcode),
              s -> s.frame(TEXT, "Hel").frame(FIN | opcode, "x")));
    }
  }

  private static void headers(List<Case> cases) {
    cases.add(given("5.1: text that is not masked", s -> s.raw(FIN | TEXT, 1, 'a')));
    cases.add(given("5.1: the same behind a message", s -> s.text("one").raw(FIN | TEXT, 1, 'a')));
    cases.add(given("5.1: ping that is not masked", s -> s.raw(FIN | PING, 0)));
    cases.add(given("5.1: close that is not masked", s -> s.raw(FIN | CLOSE, 2, 3, 0xe8)));
    cases.add(
        sound(
            "5.3: a key of zeros",
            s -> s.raw(FIN | TEXT, 0x81, 0, 0, 0, 0, 'a').owed(TEXT, Script.hex("61"))));
    cases.add(given("5.2: 125 told in two bytes", s -> s.raw(FIN | TEXT, 0xfe, 0, 125)));
    cases.add(
        given(
            "5.2: 65535 told in eight bytes",
            s -> s.raw(FIN | TEXT, 0xff).raw(0, 0, 0, 0, 0, 0, 0xff, 0xff)));
    cases.add(
        given(
            "5.2: a length of 2^63",
            s -> s.raw(FIN | BINARY).raw(0xff, 0x80, 0, 0, 0, 0, 0, 0, 0)));
    cases.add(
        given("5.2: a length of 2^64 - 1", s -> s.raw(FIN | BINARY, 0xff).raw(filled(8, 0xff))));
    cases.add(given("5.2: a length of 2^63 - 1", s -> s.header(FIN | BINARY, Long.MAX_VALUE)));
    cases.add(given("5.2: a length of 2^32 + 1", s -> s.header(FIN | BINARY, (1L << 32) + 1)));
    cases.add(given("5.5: a ping's length told in two bytes", s -> s.raw(FIN | PING, 0xfe, 0, 5)));
    cases.add(
        given(
            "5.5: a ping's length told in eight", s -> s.raw(FIN | PING, 0xff).raw(filled(8, 0))));
    cases.add(
        given("10.4: more than the payload's limit", s -> s.header(FIN | BINARY, (64 << 20) + 1)));
    cases.add(
        given(
            "10.4: the same behind a message",
            s -> s.text("one").header(FIN | TEXT, (64 << 20) + 1)));
    cases.add(
        given(
            "10.4: more than the limit in two frames",
            s -> s.frame(BINARY, "12").header(FIN, (64 << 20) - 1)));
  }
}
