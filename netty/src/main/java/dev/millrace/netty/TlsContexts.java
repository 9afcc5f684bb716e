package dev.millrace.netty;

import dev.millrace.engine.Tls;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;

/** Makes TLS contexts: TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1 by ALPN (RFC 7301). */
final class TlsContexts {
  private TlsContexts() {}

  /**
   * Reads the certificate and key.
   *
   * @throws IOException when they are missing or do not fit; says which file and what to do
   */
  static SslContext of(Tls tls) throws IOException {
    SslContextBuilder builder =
        switch (tls) {
          case Tls.Pem pem -> pem(pem);
          case Tls.Pkcs12 store -> pkcs12(store.store(), store.password());
          case Tls.SelfSigned selfSigned -> DevelopmentCertificate.make();
        };
    return builder
        .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
        .protocols("TLSv1.3", "TLSv1.2")
        .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2,
                ApplicationProtocolNames.HTTP_1_1))
        .build();
  }

  private static SslContextBuilder pem(Tls.Pem pem) throws IOException {
    readable("certificate", pem.certificates());
    readable("private key", pem.key());
    try (InputStream certificates = Files.newInputStream(pem.certificates());
        InputStream key = Files.newInputStream(pem.key())) {
      return SslContextBuilder.forServer(certificates, key);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "certificate %s and key %s cannot be used (expected: PEM, the key as PKCS#8 without a password): %s"
              .formatted(pem.certificates(), pem.key(), e.getMessage()),
          e);
    }
  }

  private static SslContextBuilder pkcs12(Path file, String password) throws IOException {
    return SslContextBuilder.forServer(keys(file, password));
  }

  static KeyManagerFactory keys(Path file, String password) throws IOException {
    readable("PKCS#12 store", file);
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password.toCharArray());
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password.toCharArray());
      return keys;
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException(
          "PKCS#12 store %s cannot be used (expected: a store with one key, and its password): %s"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static void readable(String what, Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException(
          "%s %s cannot be read: check the path and its permissions, or use Tls.selfSigned() while developing"
              .formatted(what, file));
    }
  }
}
