package dev.millrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.jar.JarEntry;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A resource of the class path that is no file of its own: an entry of a jar. Its bytes do not
 * change as long as the program runs, so it is known by their checksum.
 */
record ResourceContent(URL url, long length, String type, String etag) implements Content {

  /** A resource that a handler has named; see {@link Response#resource(String)}. */
  static Content of(String name) {
    String relative = name.startsWith("/") ? name.substring(1) : name;
    return existing(MountPath.isSafe(relative, true) ? loader().getResource(relative) : null, name);
  }

  /** A resource beside a class; see {@link Response#resource(Class, String)}. */
  static Content of(Class<?> beside, String name) {
    String relative = name.startsWith("/") ? name.substring(1) : name;
    return existing(MountPath.isSafe(relative, true) ? beside.getResource(name) : null, name);
  }

  private static Content existing(@Nullable URL url, String name) {
    Path file = url == null ? null : fileOf(url);
    if (file != null) {
      return FileContent.of(file);
    }
    Content content = url == null ? null : find(url, MediaTypes.of(name), "");
    if (content == null) {
      throw new HttpException(404, "there is no such resource");
    }
    return content;
  }

  /** The loader of who sets up the application, which may know more than ours. */
  static ClassLoader loader() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return loader == null ? ClassLoader.getSystemClassLoader() : loader;
  }

  /** The file that a resource is where the class path has directories; otherwise {@code null}. */
  static @Nullable Path fileOf(URL url) {
    if (!url.getProtocol().equals("file")) {
      return null;
    }
    try {
      return Path.of(new URI(url.toString()));
    } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
      return null;
    }
  }

  /**
   * A resource that is no file.
   *
   * @param variant what its entity tag ends with, to tell it from its siblings
   * @return {@code null} when it is a directory
   */
  static @Nullable Content find(URL url, String type, String variant) {
    try {
      URLConnection connection = url.openConnection();
      if (!(connection instanceof JarURLConnection jar)) {
        return read(url, type, variant);
      }
      JarEntry entry = jar.getJarEntry();
      if (entry == null || entry.isDirectory()) {
        return null;
      }
      boolean known = entry.getSize() >= 0 && entry.getCrc() >= 0;
      return known
          ? of(url, entry.getSize(), entry.getCrc(), type, variant)
          : read(url, type, variant);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What neither a directory nor a jar says of its resources is found out by reading them. */
  private static Content read(URL url, String type, String variant) throws IOException {
    CRC32 checksum = new CRC32();
    long length = 0;
    byte[] buffer = new byte[8192];
    try (InputStream in = url.openStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        checksum.update(buffer, 0, count);
        length += count;
      }
    }
    return of(url, length, checksum.getValue(), type, variant);
  }

  private static Content of(URL url, long length, long checksum, String type, String variant) {
    String etag = '"' + Long.toHexString(length) + '-' + Long.toHexString(checksum) + variant + '"';
    return new ResourceContent(url, length, type, etag);
  }

  /** Nobody knows: a jar's times are those of its packing, or of nothing. */
  @Override
  public @Nullable Instant lastModified() {
    return null;
  }

  @Override
  public InputStream open(long from) throws IOException {
    InputStream in = url.openStream();
    try {
      in.skipNBytes(from);
      return in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public @Nullable Path file() {
    return null;
  }
}
