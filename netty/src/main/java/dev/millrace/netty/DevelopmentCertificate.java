package dev.millrace.netty;

import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/** A certificate for localhost, made with the JDK's keytool. It lives as long as the process. */
final class DevelopmentCertificate {
  private DevelopmentCertificate() {}

  private static @Nullable KeyManagerFactory keys;

  static synchronized SslContextBuilder make() throws IOException {
    KeyManagerFactory made = keys;
    if (made == null) {
      made = makeKeys();
      keys = made;
    }
    return SslContextBuilder.forServer(made);
  }

  private static KeyManagerFactory makeKeys() throws IOException {
    Path folder = Files.createTempDirectory("millrace-tls");
    Path store = folder.resolve("localhost.p12");
    String password = UUID.randomUUID().toString();
    try {
      keytool(store, password);
      return TlsContexts.keys(store, password);
    } finally {
      Files.deleteIfExists(store);
      Files.deleteIfExists(folder);
    }
  }

  private static void keytool(Path store, String password) throws IOException {
    String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    List<String> command =
        List.of(
            tool,
            "-genkeypair",
            "-alias",
            "localhost",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=localhost",
            "-ext",
            "SAN=dns:localhost,ip:127.0.0.1,ip:::1",
            "-validity",
            "30",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass:env",
            "MILLRACE_STORE_PASSWORD");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    // In the environment, because arguments can be read by everyone on the machine.
    builder.environment().put("MILLRACE_STORE_PASSWORD", password);
    try {
      Process process = builder.start();
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException("keytool made no certificate");
      }
    } catch (IOException e) {
      throw new IOException(
          "no self-signed certificate: %s could not be run. Use a JDK, or Tls.pem(…)"
              .formatted(tool),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a self-signed certificate was made", e);
    }
  }
}
