package dev.millrace.engine;

import java.nio.file.Path;

/** A certificate and its private key. Read when the server starts. */
public sealed interface Tls {

  /**
   * PEM files, as certificate authorities hand them out.
   *
   * @param certificates the server's certificate first, then those that lead to the authority
   * @param key PKCS#8, not encrypted
   */
  record Pem(Path certificates, Path key) implements Tls {}

  /**
   * A PKCS#12 store.
   *
   * @param store the file
   * @param password of the store and of its key
   */
  record Pkcs12(Path store, String password) implements Tls {
    @Override
    public String toString() {
      return "Pkcs12[" + store + "]";
    }
  }

  /** A certificate made at start, which no client trusts. For development. */
  record SelfSigned() implements Tls {}

  /** Reads PEM files. */
  static Tls pem(Path certificates, Path key) {
    return new Pem(certificates, key);
  }

  /** Reads a PKCS#12 store. */
  static Tls pkcs12(Path store, String password) {
    return new Pkcs12(store, password);
  }

  /** Makes a certificate for localhost that lasts as long as the process. */
  static Tls selfSigned() {
    return new SelfSigned();
  }
}
