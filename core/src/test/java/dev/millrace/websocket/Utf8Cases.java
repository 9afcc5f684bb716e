package dev.millrace.websocket;

import java.util.Arrays;
import java.util.HexFormat;

/** Text (RFC 6455, section 8.1; RFC 3629). */
final class Utf8Cases {
  /** By kind, in hexadecimal, separated where a character ends or goes wrong. */
  private static final String[] VALID = {
    "00",
    "7f",
    "c280",
    "dfbf",
    "e0a080",
    "e18080",
    "ed9fbf",
    "ee8080",
    "efbfbd",
    "efbfbe",
    "efbfbf",
    "efb790",
    "f0908080",
    "f09fbfbe",
    "f09f9880",
    "f3bfbfbf",
    "f48fbfbf",
    "cebae1bdb9cf83",
    "efbbbf61",
    "61cc88",
    "616263646566676869c3a96a6b6c6d6e6f70717273"
  };

  private static final String[] INVALID = {
    "80",
    "bf",
    "8081",
    "c0",
    "c080",
    "c1bf",
    "c2",
    "c241",
    "c2c2",
    "df",
    "e0",
    "e080",
    "e08080",
    "e09fbf",
    "e0a0",
    "e0a041",
    "e0c0",
    "e282",
    "e28241",
    "eda080",
    "edafbf",
    "edb080",
    "edbfbf",
    "eda080edb080",
    "f0",
    "f0808080",
    "f08fbfbf",
    "f09080",
    "f0908041",
    "f4908080",
    "f5808080",
    "f7bfbfbf",
    "f888808080",
    "fbbfbfbfbf",
    "fc8480808080",
    "fdbfbfbfbfbf",
    "fe",
    "ff",
    "feff",
    "61626364656667ff",
    "6162636465666768ff",
    "616263646566676869ff",
    "6161616161616161c3"
  };

  private Utf8Cases() {}

  static void addAll() {
    String section = "RFC 6455 8.1: ";
    for (String hex : VALID) {
      FrameCases.add(section + hex, FrameCases.frames().frame(0x81, bytes(hex)).text("next"));
      split(section + hex, bytes(hex));
    }
    for (String hex : INVALID) {
      FrameCases.add(section + hex, FrameCases.frames().frame(0x81, bytes(hex)).text("next"));
      split(section + hex, bytes(hex));
    }
    FrameCases.add(
        section + "binary need not be UTF-8", FrameCases.frames().frame(0x82, bytes("eda080")));
    FrameCases.add(
        section + "a wrong byte with more announced",
        FrameCases.frames().head(0x81, true, 2, 9_999).masked(bytes("61ff")));
    FrameCases.add(
        section + "a surrogate's beginning with more announced",
        FrameCases.frames().head(1, true, 2, 9_999).masked(bytes("61eda0")));
    FrameCases.add(
        section + "above 10FFFF with more announced",
        FrameCases.frames().head(1, true, 2, 9_999).masked(bytes("f490")));
    FrameCases.add(
        section + "a wrong fragment with more to come",
        FrameCases.frames().frame(1, "a").frame(0, bytes("c080")));
    FrameCases.add(
        section + "half a character with more to come",
        FrameCases.frames().frame(1, bytes("e282")).frame(0, bytes("")));
    FrameCases.add(
        section + "half a character and an empty end",
        FrameCases.frames().frame(1, bytes("e282")).frame(0x80, bytes("")));
    FrameCases.add(
        section + "half a character, a ping, the rest",
        FrameCases.frames()
            .frame(1, bytes("e282"))
            .frame(0x89, bytes("ff"))
            .frame(0x80, bytes("ac")));
    FrameCases.add(
        section + "half a character in one message, the rest in the next",
        FrameCases.frames().frame(0x81, bytes("e282")).frame(0x81, bytes("ac")));
  }

  /** Byte by byte in fragments of their own. */
  private static void split(String name, byte[] text) {
    ClientFrames frames = FrameCases.frames().frame(1, "");
    for (int i = 0; i < text.length; i++) {
      frames.frame(i + 1 < text.length ? 0 : 0x80, Arrays.copyOfRange(text, i, i + 1));
    }
    FrameCases.add(name + ", split", frames.text("next"));
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
