package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which paths below a mount may name a file, on every system. Needs no port. */
class MountPathTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a/b/c.txt",
        "a b.txt",
        "ä/ö.txt",
        "漢字",
        "😀.png",
        "a..b",
        "a.b.c",
        "%2e%2e",
        "a~1",
        "-",
        "~",
        "$",
        "+",
        "a=b;c",
        "com",
        "com10",
        "com.txt",
        "lpt",
        "console",
        "null",
        "auxiliary.js",
        ".well-known/security.txt"
      })
  void ordinaryNamesAreLetThrough(String path) {
    assertThat(MountPath.isSafe(path, false)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "../a",
        "a/..",
        "a/../b",
        "a/./b",
        "...",
        "a/...",
        ". ",
        ".. ",
        "a.",
        "a ",
        "a. ",
        "a./b",
        "a /b",
        "a\\b",
        "..\\a",
        "\\\\host\\share",
        "C:",
        "C:\\a",
        "C:a",
        "a:b",
        "a::$DATA",
        "a.txt::$DATA",
        "a\0",
        "a\0.txt",
        "a\n",
        "a\t",
        "a\u007f",
        "a\u0085",
        "CON",
        "con",
        "Con.txt",
        "con.tar.gz",
        "a/con",
        "con/a",
        "PRN",
        "AUX.js",
        "nul",
        "NUL .txt",
        "com1",
        "COM9.txt",
        "COM0",
        "com¹",
        "LPT1",
        "lpt9.x",
        "lpt³",
        "CONIN$",
        "conout$",
        "clock$"
      })
  void whatMayMeanSomethingElseSomewhereIsNot(String path) {
    assertThat(MountPath.isSafe(path, false)).isFalse();
    assertThat(MountPath.isSafe(path, true)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {".git/config", ".env", "a/.htaccess", ".a", "..a", ".well-known2", "a/.DS_Store"})
  void hiddenNamesAreLetThroughWhereThatIsAsked(String path) {
    assertThat(MountPath.isSafe(path, false)).isFalse();
    assertThat(MountPath.isSafe(path, true)).isTrue();
  }
}
