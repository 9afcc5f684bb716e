package dev.millrace.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * What is made of each of {@link FrameCases}, against a file under version control: a verdict that
 * changes is a line in a diff. After a run, what was seen is in {@code target/verdicts}; where it
 * is right, it is copied over the file in {@code src/test/resources/verdicts}. Needs no port.
 */
class FrameConformanceTest {
  private static final String FILE = "websocket.txt";

  @Test
  void everyCaseHasItsVerdict() throws IOException {
    List<String> seen = new ArrayList<>();
    FrameCases.ALL.forEach(
        (name, each) -> seen.add("%-32s | %s".formatted(verdict(each, Integer.MAX_VALUE), name)));
    List<String> lines = lines();
    Path folder = Path.of(System.getProperty("basedir", "."), "target", "verdicts");
    Files.createDirectories(folder);
    List<String> all = new ArrayList<>(lines.stream().filter(line -> isComment(line)).toList());
    all.addAll(seen);
    Files.write(folder.resolve(FILE), all);
    assertThat(seen)
        .as("src/test/resources/verdicts/" + FILE)
        .containsExactlyElementsOf(lines.stream().filter(line -> !isComment(line)).toList());
  }

  @Test
  void itDoesNotMatterWhereTheBytesAreCut() {
    FrameCases.ALL.forEach((name, each) -> {
      String whole = verdict(each, Integer.MAX_VALUE);
      for (int piece : List.of(1, 2, 3, 7, 64, 16_384)) {
        assertThat(verdict(each, piece)).as("%s, in pieces of %d", name, piece).isEqualTo(whole);
      }
    });
  }

  private static boolean isComment(String line) {
    return line.startsWith("#");
  }

  private static String verdict(FrameCases.Case each, int piece) {
    Agreement agreement = Agreement.of(List.of("permessage-deflate"), each.deflate());
    Heard heard = new Heard(agreement == null ? null : new Inflation(agreement), each.most());
    FrameReader reader = new FrameReader(each.most(), each.fragments(), agreement != null, heard);
    byte[] bytes = each.frames().bytes();
    for (int at = 0; at < bytes.length; at += Math.min(piece, bytes.length)) {
      heard.read(reader, ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at)));
    }
    return heard.events.isEmpty() ? "nothing" : String.join(", ", heard.events);
  }

  private static List<String> lines() throws IOException {
    try (var in = FrameConformanceTest.class.getResourceAsStream("/verdicts/" + FILE)) {
      return new String(Objects.requireNonNull(in, FILE).readAllBytes(), UTF_8).lines().toList();
    }
  }
}
