package dev.millrace.websocket;

import static dev.millrace.websocket.Case.given;
import static dev.millrace.websocket.Case.sound;
import static dev.millrace.websocket.Script.CONTINUATION;
import static dev.millrace.websocket.Script.FIN;
import static dev.millrace.websocket.Script.PING;
import static dev.millrace.websocket.Script.TEXT;
import static dev.millrace.websocket.Script.hex;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Cases of text: UTF-8 (RFC 3629), good and bad, whole and cut at every place. */
final class Utf8Cases {
  private static final String[] GOOD = {
    "ce ba e1 bd b9 cf 83 ce bc ce b5",
    "00",
    "c2 80",
    "e0 a0 80",
    "f0 90 80 80",
    "7f",
    "df bf",
    "ef bf bf",
    "f4 8f bf bf",
    "ed 9f bf",
    "ee 80 80",
    "ef bf bd",
    "ef bb bf 61",
    "ef bf be",
    "ef b7 90",
    "f0 9f bf be",
    "f0 9f bf bf",
    "f3 bf bf be",
    "f4 8f bf be",
    "e2 82 ac",
    "f0 9d 84 9e",
    "e2 80 a8",
  };

  private static final String[] BAD = {
    // Continuations of nothing
    "80",
    "bf",
    "80 bf",
    "80 bf 80",
    "80 bf 80 bf",
    "80 bf 80 bf 80",
    "80 bf 80 bf 80 bf",
    "61 80",
    // Beginnings of nothing
    "c2 20",
    "df 20",
    "e0 20",
    "e2 20",
    "ef 20",
    "f0 20",
    "f3 20",
    "f4 20",
    "f8 20",
    "fc 20",
    // The last byte is missing: at the end, and before something else
    "c2",
    "df",
    "e0 a0",
    "ef bf",
    "f0 90 80",
    "f4 8f bf",
    "f8 88 80 80",
    "fc 84 80 80 80",
    "e2 82 61",
    "f0 9d 84 61",
    "f0 90 e2 82 ac",
    // Bytes that never are
    "c0",
    "c1",
    "f5",
    "f7",
    "fe",
    "ff",
    "fe fe ff ff",
    // Longer than needed: a slash, the largest of each length, NUL
    "c0 af",
    "e0 80 af",
    "f0 80 80 af",
    "f8 80 80 80 af",
    "fc 80 80 80 80 af",
    "c1 bf",
    "e0 9f bf",
    "f0 8f bf bf",
    "f8 87 bf bf bf",
    "fc 83 bf bf bf bf",
    "c0 80",
    "e0 80 80",
    "f0 80 80 80",
    "f8 80 80 80 80",
    "fc 80 80 80 80 80",
    // Surrogates, alone and in pairs
    "ed a0 80",
    "ed ad bf",
    "ed ae 80",
    "ed af bf",
    "ed b0 80",
    "ed be 80",
    "ed bf bf",
    "ed a0 80 ed b0 80",
    "ed af bf ed bf bf",
    // Beyond U+10FFFF
    "f4 90 80 80",
    "f5 80 80 80",
    "f7 bf bf bf",
    "f8 88 80 80 80",
    "fb bf bf bf bf",
    "fc 84 80 80 80 80",
    "fd bf bf bf bf bf",
    // Behind good text
    "ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64 69 74 65 64",
  };

  /** Greek, then what is beyond the last character, then more. */
  private static final String LATE = "cebae1bdb9cf83cebcceb5 f4908080 656469746564";

  private Utf8Cases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    for (String bytes : GOOD) {
      byte[] text = hex(bytes);
      cases.add(sound("8.1: " + bytes, s -> s.message(TEXT, text)));
      cases.add(sound("8.1: in frames of one byte: " + bytes, s -> s.inFrames(TEXT, text, 1)));
    }
    for (String bytes : BAD) {
      byte[] text = hex(bytes);
      cases.add(given("8.1: " + bytes, s -> s.frame(FIN | TEXT, text)));
      cases.add(given("8.1: in frames of one byte: " + bytes, s -> inFrames(s, text)));
    }
    longer(cases);
    early(cases);
    return cases;
  }

  private static void inFrames(Script script, byte[] text) {
    for (int i = 0; i < text.length; i++) {
      int first = (i == 0 ? TEXT : CONTINUATION) | (i == text.length - 1 ? FIN : 0);
      script.frame(first, new byte[] {text[i]});
    }
  }

  private static void longer(List<Case> cases) {
    byte[] text = "Hello-µ@ßöäüàá-UTF-8!!".getBytes(UTF_8);
    cases.add(sound("8.1: text in many languages", s -> s.message(TEXT, text)));
    for (int size = 1; size <= 5; size++) {
      int length = size;
      cases.add(sound("8.1: the same in frames of " + length, s -> s.inFrames(TEXT, text, length)));
    }
    cases.add(sound("8.1: bad UTF-8 in a binary message", s -> s.binary(hex("c0 80 ff fe"))));
    cases.add(
        sound(
            "8.1: the state of one message is not the next one's",
            s -> s.binary(hex("e2 82")).text("a").binary(hex("ac")).text("€")));
    cases.add(
        given(
            "8.1: the same where the first ends amid a character",
            s -> s.frame(FIN | TEXT, hex("e2 82")).frame(FIN | TEXT, hex("ac"))));
    cases.add(
        sound(
            "8.1: a ping amid a character",
            s ->
                s.frame(TEXT, hex("e2 82"))
                    .ping(hex("ff"))
                    .frame(FIN, hex("ac"))
                    .owed(TEXT, hex("e2 82 ac"))));
  }

  /** The rest of the message never comes: the fault shows before. */
  private static void early(List<Case> cases) {
    String all = LATE.replace(" ", "");
    cases.add(given("8.1: early: in a frame that is not the last", s -> s.frame(TEXT, hex(LATE))));
    cases.add(
        given(
            "8.1: early: in the second frame",
            s -> s.frame(TEXT, hex(all.substring(0, 22))).frame(CONTINUATION, hex("f4908080"))));
    cases.add(
        given(
            "8.1: early: at the second byte of a character",
            s -> s.frame(TEXT, hex(all.substring(0, 24))).frame(CONTINUATION, hex("90"))));
    cases.add(given("8.1: early: amid a frame", s -> s.header(FIN | TEXT, 100).masked(hex(LATE))));
    cases.add(
        given(
            "8.1: early: amid a frame, in single bytes",
            s -> s.header(FIN | TEXT, 100).masked(hex(LATE)).chopped(1)));
    cases.add(
        given(
            "8.1: early: behind a message, then a ping",
            s -> s.text("one").frame(TEXT, hex("61 ff")).frame(FIN | PING, "")));
    cases.add(
        given(
            "8.1: late: a character that is not whole at the end",
            s -> s.frame(TEXT, "abc").frame(FIN, HexFormat.of().parseHex("f09d84"))));
  }
}
