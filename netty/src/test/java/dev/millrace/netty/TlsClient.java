package dev.millrace.netty;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** TLS connections that trust whatever certificate they are shown, and remember it. */
final class TlsClient implements X509TrustManager {
  private final AtomicReference<X509Certificate> seen = new AtomicReference<>();

  /** The certificate that the last server showed. */
  X509Certificate certificate() {
    return seen.get();
  }

  /**
   * Connects and shakes hands.
   *
   * @param protocols offered by ALPN (RFC 7301)
   */
  SSLSocket connect(int port, String... protocols) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {this}, new SecureRandom());
      SSLSocket socket =
          (SSLSocket)
              context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(protocols);
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) {
    throw new UnsupportedOperationException("for clients only");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) {
    seen.set(chain[0]);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
