package dev.millrace.websocket;

import static dev.millrace.websocket.Case.given;
import static dev.millrace.websocket.Script.CLOSE;
import static dev.millrace.websocket.Script.CONTINUATION;
import static dev.millrace.websocket.Script.FIN;
import static dev.millrace.websocket.Script.PING;
import static dev.millrace.websocket.Script.TEXT;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Cases of the closing handshake. */
final class CloseCases {
  private static final int[] LEGAL = {
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999
  };
  private static final int[] ILLEGAL = {
    0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 32_768, 65_535
  };

  private CloseCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    order(cases);
    payloads(cases);
    for (int code : LEGAL) {
      cases.add(given("7.4: code " + code, s -> s.close(code, "")));
      cases.add(given("7.4: code " + code + " with a reason", s -> s.close(code, "a reason")));
    }
    for (int code : ILLEGAL) {
      cases.add(given("7.4: code " + code, s -> s.close(code, "")));
      cases.add(given("7.4: code " + code + " with a reason", s -> s.close(code, "a reason")));
    }
    return cases;
  }

  private static void order(List<Case> cases) {
    cases.add(given("7.1: a message, then a close", s -> s.text("Hello").close()));
    cases.add(given("5.5.1: two closes", s -> s.close().close()));
    cases.add(given("5.5.1: two closes, another code", s -> s.close(1001, "").close(3000, "")));
    cases.add(given("5.5.1: a ping behind a close", s -> s.close().frame(FIN | PING, "")));
    cases.add(given("5.5.1: a text behind a close", s -> s.close().frame(FIN | TEXT, "Hello")));
    cases.add(given("5.5.1: a fault behind a close", s -> s.close().raw(0xff, 0xff, 0xff, 0xff)));
    cases.add(
        given("5.5.1: a fault behind a fault", s -> s.raw(FIN | 3, 0x80).raw(0xff, 0xff, 0xff)));
    cases.add(
        given(
            "5.5.1: the rest of a message behind a close",
            s -> s.frame(TEXT, "frag").close().frame(FIN | CONTINUATION, "ment")));
    cases.add(
        given(
            "5.5.1: 256 KiB, a close and a ping",
            s -> s.binary(FragmentCases.noise(256 * 1024)).close().frame(FIN | PING, "")));
    cases.add(
        given(
            "5.5.1: 256 KiB behind a close",
            s -> s.close().frame(FIN | TEXT, FrameCases.filled(256 * 1024, '*'))));
    cases.add(
        given(
            "5.5.1: 40 messages, a close",
            s -> {
              for (int i = 0; i < 40; i++) {
                s.text("message " + i);
              }
              s.close(3000, "done");
            }));
  }

  private static void payloads(List<Case> cases) {
    cases.add(given("5.5.1: a close without payload", s -> s.frame(FIN | CLOSE, "")));
    cases.add(given("5.5.1: a close of one byte", s -> s.frame(FIN | CLOSE, "\3")));
    cases.add(
        given(
            "5.5.1: a close of one byte behind a message",
            s -> s.text("one").frame(FIN | CLOSE, "\3")));
    cases.add(given("5.5.1: a code without a reason", s -> s.close(1000, "")));
    cases.add(given("5.5.1: a code with a reason", s -> s.close(1000, "Hello World!")));
    cases.add(given("5.5.1: a reason of 123 bytes", s -> s.close(1000, "*".repeat(123))));
    cases.add(given("5.5: a reason of 124 bytes", s -> s.close(1000, "*".repeat(124))));
    cases.add(
        given("5.5.1: a reason of characters of 3 bytes", s -> s.close(1000, "€".repeat(41))));
    for (String hex : new String[] {"80", "c0 af", "ed a0 80", "f4 90 80 80", "61 e2 82"}) {
      cases.add(
          given("5.5.1: a reason of the bytes " + hex, s -> s.frame(FIN | CLOSE, reason(hex))));
    }
  }

  private static byte[] reason(String hex) {
    byte[] text = Script.hex(hex);
    return ByteBuffer.allocate(2 + text.length).putShort((short) 1000).put(text).array();
  }
}
