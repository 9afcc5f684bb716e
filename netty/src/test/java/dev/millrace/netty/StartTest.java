package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.Millrace;
import dev.millrace.Server;
import dev.millrace.ServerOptions;
import dev.millrace.engine.Listener;
import dev.millrace.engine.Tls;
import dev.millrace.engine.Transport.Io;
import dev.millrace.http.Response;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server starts on what it is given, or says what to do. */
class StartTest {
  private static final String PASSWORD = "a test's password";

  @TempDir private static Path folder;

  private static Path store;
  private static Path certificate;
  private static Path key;

  private final Millrace app = Millrace.create();

  StartTest() {
    app.get("/hello", request -> Response.text("Hello World"));
    app.get("/large", request -> Response.text("x".repeat(1_000_000)));
    app.stream(
        "/s",
        out -> {
          out.send("one");
          out.send("two");
        });
  }

  /** A store made by keytool, and the same in PEM. */
  @BeforeAll
  static void makeCertificate() throws Exception {
    store = folder.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=a test's server",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).isZero();
    KeyStore loaded = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      loaded.load(in, PASSWORD.toCharArray());
    }
    certificate = pem("CERTIFICATE", loaded.getCertificate("server").getEncoded());
    key = pem("PRIVATE KEY", loaded.getKey("server", PASSWORD.toCharArray()).getEncoded());
  }

  private static Path pem(String what, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(
        folder.resolve(what + ".pem"),
        "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(what, text, what));
  }

  private Server start(ServerOptions options) {
    return app.start(options.stopOnExit(false).drain(Duration.ZERO, Duration.ZERO));
  }

  private void assertRefused(ServerOptions options, String... parts) {
    assertThatThrownBy(() -> start(options).close())
        .isInstanceOf(UncheckedIOException.class)
        .message()
        .contains(parts);
  }

  // --- ports ---

  @Test
  void aPortInUse() throws IOException {
    try (ServerSocket other = new ServerSocket(0)) {
      int port = other.getLocalPort();
      assertRefused(
          ServerOptions.DEFAULT.listen(port),
          "cannot listen on 0.0.0.0:" + port,
          "in use",
          "Choose another port");
    }
  }

  @Test
  void anAddressOfAnotherMachine() {
    assertRefused(
        ServerOptions.DEFAULT.listen(new Listener("192.0.2.1", 0, null)),
        "cannot listen on 192.0.2.1");
  }

  @Test
  void aHostThatDoesNotExist() {
    assertRefused(
        ServerOptions.DEFAULT.listen(new Listener("no.such.host.invalid", 0, null)),
        "cannot listen on no.such.host.invalid");
  }

  @Test
  void allListenersOrNone() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    try (ServerSocket other = new ServerSocket(0)) {
      assertRefused(
          ServerOptions.DEFAULT.listen(free).listen(other.getLocalPort()), "cannot listen on");
    }
    new ServerSocket(free).close();
  }

  @Test
  void severalListeners() throws IOException {
    ServerOptions options =
        ServerOptions.DEFAULT
            .listen(0)
            .listen(new Listener("127.0.0.1", 0, null))
            .listen(0, Tls.selfSigned());
    try (Server server = start(options)) {
      List<Integer> ports = server.ports();
      assertThat(ports).hasSize(3).doesNotHaveDuplicates().allMatch(port -> port > 0);
      assertThat(hello(RawHttp1.connect(ports.get(0)))).isEqualTo("Hello World");
      assertThat(hello(RawHttp1.connect(ports.get(1)))).isEqualTo("Hello World");
      assertThat(hello(new RawHttp1(new TlsClient().connect(ports.get(2)))))
          .isEqualTo("Hello World");
    }
  }

  private static String hello(RawHttp1 client) throws IOException {
    try (client) {
      return client.get("/hello").reply().body();
    }
  }

  // --- certificates ---

  private void assertServes(Tls tls, String subject) throws IOException {
    try (Server server = start(ServerOptions.DEFAULT.listen(0, tls))) {
      TlsClient client = new TlsClient();
      assertThat(hello(new RawHttp1(client.connect(server.port())))).isEqualTo("Hello World");
      assertThat(client.certificate().getSubjectX500Principal().getName()).isEqualTo(subject);
      try (RawHttp2 http2 = new RawHttp2(client.connect(server.port(), "h2")).open()) {
        assertThat(http2.awaitEnd(http2.get("/large")).size()).isEqualTo(1_000_000);
      }
    }
  }

  @Test
  void aPemPair() throws IOException {
    assertServes(Tls.pem(certificate, key), "CN=a test's server");
  }

  @Test
  void aPkcs12Store() throws IOException {
    assertServes(Tls.pkcs12(store, PASSWORD), "CN=a test's server");
  }

  @Test
  void aSelfSignedCertificate() throws IOException {
    assertServes(Tls.selfSigned(), "CN=localhost");
  }

  @Test
  void aCertificateThatIsMissing() {
    Path missing = folder.resolve("missing.pem");
    assertRefused(
        ServerOptions.DEFAULT.listen(0, Tls.pem(missing, key)),
        "certificate " + missing + " cannot be read",
        "Tls.selfSigned()");
  }

  @Test
  void aKeyThatIsMissing() {
    Path missing = folder.resolve("missing.key");
    assertRefused(
        ServerOptions.DEFAULT.listen(0, Tls.pem(certificate, missing)),
        "private key " + missing + " cannot be read");
  }

  @Test
  void aCertificateThatIsNoPem() throws IOException {
    Path nonsense = Files.writeString(folder.resolve("nonsense.pem"), "nonsense");
    assertRefused(
        ServerOptions.DEFAULT.listen(0, Tls.pem(nonsense, key)), nonsense.toString(), "PEM");
    assertRefused(
        ServerOptions.DEFAULT.listen(0, Tls.pem(certificate, nonsense)),
        nonsense.toString(),
        "PKCS#8");
  }

  @Test
  void aStoreThatIsMissing() {
    Path missing = folder.resolve("missing.p12");
    assertRefused(
        ServerOptions.DEFAULT.listen(0, Tls.pkcs12(missing, PASSWORD)),
        "PKCS#12 store " + missing + " cannot be read");
  }

  @Test
  void aStoreThatIsNone() throws IOException {
    Path nonsense = Files.writeString(folder.resolve("nonsense.p12"), "nonsense");
    assertRefused(
        ServerOptions.DEFAULT.listen(0, Tls.pkcs12(nonsense, PASSWORD)),
        "PKCS#12 store " + nonsense + " cannot be used");
  }

  /** And the password is not in the message. */
  @Test
  void aStoreWithAnotherPassword() {
    assertThatThrownBy(() -> start(ServerOptions.DEFAULT.listen(0, Tls.pkcs12(store, "guess"))))
        .isInstanceOf(UncheckedIOException.class)
        .message()
        .contains("PKCS#12 store " + store + " cannot be used", "password")
        .doesNotContain("guess");
  }

  @Test
  void aStoreThatIsAFolder() {
    assertRefused(ServerOptions.DEFAULT.listen(0, Tls.pkcs12(folder, PASSWORD)), folder.toString());
  }

  @Test
  void clearTextOnATlsPort() throws IOException {
    try (Server server = start(ServerOptions.DEFAULT.listen(0, Tls.selfSigned()));
        RawHttp1 client = RawHttp1.connect(server.port())) {
      client.get("/hello").socket().getInputStream().readAllBytes();
      assertThat(hello(new RawHttp1(new TlsClient().connect(server.port()))))
          .isEqualTo("Hello World");
    }
  }

  // --- the way to the system ---

  @ParameterizedTest
  @EnumSource
  void everyIoServes(Io io) throws IOException {
    assumeTrue(
        io != Io.IO_URING || IoUring.isAvailable(),
        () -> "io_uring is not available: " + IoUring.unavailabilityCause());
    assumeTrue(
        io != Io.EPOLL || Epoll.isAvailable(),
        () -> "epoll is not available: " + Epoll.unavailabilityCause());
    try (Server server = start(ServerOptions.DEFAULT.io(io).listen(0))) {
      try (RawHttp1 client = RawHttp1.connect(server.port())) {
        assertThat(client.get("/hello").reply().body()).isEqualTo("Hello World");
        assertThat(client.get("/s").reply().body()).isEqualTo("data: one\n\ndata: two\n\n");
        assertThat(client.get("/large").reply().body()).hasSize(1_000_000);
      }
      try (RawHttp2 client = RawHttp2.connect(server.port())) {
        assertThat(client.awaitEnd(client.get("/hello")).text()).isEqualTo("Hello World");
        assertThat(client.awaitEnd(client.get("/large")).size()).isEqualTo(1_000_000);
      }
      await().until(() -> server.status().connections() == 0);
    }
  }

  /** A client that leaves is seen on every way to the system. */
  @ParameterizedTest
  @EnumSource
  void everyIoSeesClientsLeave(Io io) throws IOException {
    assumeTrue(io != Io.IO_URING || IoUring.isAvailable(), "io_uring is not available");
    assumeTrue(io != Io.EPOLL || Epoll.isAvailable(), "epoll is not available");
    app.stream(
        "/open",
        out -> {
          out.send("first");
          out.keepOpen();
        });
    try (Server server = start(ServerOptions.DEFAULT.io(io).listen(0))) {
      RawHttp1 fin = RawHttp1.connect(server.port());
      fin.get("/open").head();
      fin.chunksUntil("first");
      fin.close();
      RawHttp1 rst = RawHttp1.connect(server.port());
      rst.get("/open").head();
      rst.reset();
      await().until(() -> server.status().connections() == 0 && server.status().streams() == 0);
    }
  }

  @Test
  void aPortIsFreeAgainWhenTheServerHasStopped() throws IOException {
    int port;
    try (Server server = start(ServerOptions.DEFAULT.listen(0))) {
      port = server.port();
      assertThat(hello(RawHttp1.connect(port))).isEqualTo("Hello World");
    }
    try (Server server = start(ServerOptions.DEFAULT.listen(port))) {
      assertThat(hello(RawHttp1.connect(server.port()))).isEqualTo("Hello World");
    }
  }
}
