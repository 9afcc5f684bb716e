package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.engine.Transport.Io;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server whose process may not open another file. */
@EnabledOnOs(OS.LINUX)
class OutOfDescriptorsTest {
  private static final int DESCRIPTORS = 200;

  @TempDir private Path folder;
  private Process process;
  private int port;
  private final List<RawHttp1> clients = new ArrayList<>();

  private void start(Io io) throws IOException {
    process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n " + DESCRIPTORS + "; exec \"$0\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m",
                "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"),
                "-cp",
                System.getProperty("java.class.path"),
                PoorServer.class.getName(),
                io.name(),
                folder.resolve("port").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.exists(folder.resolve("port")) || !process.isAlive());
    assertThat(process.isAlive()).as(() -> "the server started: " + log()).isTrue();
    port = Integer.parseInt(Files.readString(folder.resolve("port")));
  }

  @AfterEach
  void stop() throws IOException {
    for (RawHttp1 client : clients) {
      client.close();
    }
    process.destroyForcibly();
  }

  private RawHttp1 client() throws IOException {
    RawHttp1 client = RawHttp1.connect(port);
    clients.add(client);
    return client;
  }

  private static long failed(RawHttp1 client) throws IOException {
    return Long.parseLong(client.get("/failed").reply().body());
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void itKeepsItsConnectionsAndAcceptsAgainWhenItCan(Io io) throws IOException {
    start(io);
    RawHttp1 stream = client().get("/s");
    stream.head();
    stream.chunksUntil("tick");
    RawHttp1 early = client();
    assertThat(early.get("/a").reply().body()).isEqualTo("a");
    assertThat(failed(early)).isZero();

    List<RawHttp1> crowd = new ArrayList<>();
    for (int i = 0; i < DESCRIPTORS; i++) {
      crowd.add(client().get("/a"));
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> failed(early) > 0);

    long before = failed(early);
    for (int i = 0; i < 15; i++) {
      stream.chunksUntil("tick");
    }
    assertThat(failed(early) - before).as("attempts in about 1.5 s").isLessThanOrEqualTo(12);
    await().atMost(Duration.ofSeconds(10)).until(() -> failed(early) > before);
    assertThat(log().lines().filter(line -> line.contains("cannot accept")))
        .singleElement()
        .asString()
        .contains("ulimit -n");
    assertThat(log()).doesNotContain("Exception");

    RawHttp1 late = client().get("/a");
    for (RawHttp1 each : crowd) {
      each.close();
    }
    late.socket().setSoTimeout(5000);
    assertThat(late.reply().body()).isEqualTo("a");
    long after = failed(early);
    stream.chunksUntil("tick");
    assertThat(client().get("/a").reply().body()).isEqualTo("a");
    assertThat(failed(early)).as("no attempt fails any more").isEqualTo(after);
  }
}
