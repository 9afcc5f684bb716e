package dev.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.http.Coding;
import dev.millrace.http.Compression;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Libraries that may be missing. */
class OptionalCodingsTest {

  @Test
  void withTheLibrariesAllCodingsAreThere() {
    Encoders encoders = new Encoders(Compression.DEFAULT);
    // Their native parts are not made for every machine.
    assertThat(encoders.whole()).contains(Coding.GZIP);
    assertThat(encoders.streamed()).startsWith(Coding.GZIP).doesNotContain(Coding.BR);
    if (System.getProperty("os.arch").equals("amd64")) {
      assertThat(encoders.whole()).containsExactly(Coding.BR, Coding.ZSTD, Coding.GZIP);
      assertThat(encoders.streamed()).containsExactly(Coding.GZIP, Coding.ZSTD);
    }
  }

  @Test
  void whatIsNotOfferedIsNotLookedFor() {
    assertThat(new Encoders(Compression.DEFAULT.codings(Coding.GZIP)).whole())
        .containsExactly(Coding.GZIP);
    assertThat(new Encoders(Compression.NONE).whole()).isEmpty();
    assertThat(new Encoders(Compression.NONE).streamed()).isEmpty();
  }

  /** The same classes as here, in a class loader that has everything but the two libraries. */
  @Test
  void withoutTheLibrariesThereIsGzip() throws Exception {
    URL[] rest =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !entry.contains("brotli4j") && !entry.contains("zstd-jni"))
            .map(OptionalCodingsTest::url)
            .toArray(URL[]::new);
    try (var loader = new URLClassLoader(rest, ClassLoader.getPlatformClassLoader())) {
      Class<?> options = loader.loadClass(Compression.class.getName());
      Class<?> encoders = loader.loadClass(Encoders.class.getName());
      Object made =
          encoders.getConstructor(options).newInstance(options.getField("DEFAULT").get(null));
      for (String method : List.of("whole", "streamed")) {
        Object codings = encoders.getMethod(method).invoke(made);
        assertThat(codings.toString()).isEqualTo("[GZIP]");
      }
      assertThat(encoders.getClassLoader()).isSameAs(loader);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static URL url(String path) {
    try {
      return new File(path).toURI().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(path, e);
    }
  }
}
