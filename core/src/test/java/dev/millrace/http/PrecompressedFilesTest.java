package dev.millrace.http;

import static dev.millrace.http.Requests.get;
import static dev.millrace.http.Site.content;
import static dev.millrace.http.Site.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that lie there compressed, too, and which of them a client gets. */
class PrecompressedFilesTest {
  @TempDir Path temp;
  private Site site;

  @BeforeEach
  void fill() throws IOException {
    site = Site.in(temp);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip, deflate, br, zstd   | br",
        "gzip, zstd                | zstd",
        "gzip                      | gzip",
        "gzip;q=1.0, br;q=0.5      | gzip",
        "gzip;q=0.5, br;q=0.8      | br",
        "*                         | br",
        "*;q=0.5, br;q=0           | zstd",
        "br;q=0, gzip;q=0          | ",
        "identity                  | ",
        "deflate                   | ",
        "identity;q=1, br;q=0.5    | ",
        "identity;q=0.5, br;q=0.5  | br",
        "identity;q=0              | ",
        "identity;q=0, gzip;q=0.001 | gzip",
        "''                        | "
      })
  void aVariantIsChosenByWhatTheClientTakes(String accepted, String coding) throws IOException {
    site.write("app.js.br", "in br");
    site.write("app.js.zst", "in zstd");
    site.write("app.js.gz", "in gzip");
    site.mount();
    Response response = site.answer("/assets/app.js", "Accept-Encoding", accepted);
    assertThat(text(response)).isEqualTo(coding == null ? "script" : "in " + coding);
    assertThat(response.header("Content-Encoding").orElse(null)).isEqualTo(coding);
    assertThat(response.headers().all("Vary")).containsExactly("Accept-Encoding");
    assertThat(content(response).type()).isEqualTo("text/javascript;charset=utf-8");
  }

  @Test
  void onlyVariantsThatAreThereAreChosen() throws IOException {
    site.write("app.js.gz", "in gzip");
    site.mount();
    String all = "gzip, deflate, br, zstd";
    assertThat(text(site.answer("/assets/app.js", "Accept-Encoding", all))).isEqualTo("in gzip");
    assertThat(text(site.answer("/assets/docs/", "Accept-Encoding", all))).isEqualTo("docs");
    assertThat(site.answer("/assets/docs/").header("Vary")).contains("Accept-Encoding");
    assertThat(site.answer("/assets/docs/").header("Content-Encoding")).isEmpty();
  }

  @Test
  void eachVariantHasItsOwnTag() throws IOException {
    FileTime time = FileTime.from(Instant.parse("2024-05-06T07:08:09Z"));
    for (String name : new String[] {"app.js", "app.js.br", "app.js.gz", "app.js.zst"}) {
      Files.setLastModifiedTime(site.write(name, "same size"), time);
    }
    site.mount();
    List<String> tags =
        List.of("identity", "br", "gzip", "zstd").stream()
            .map(coding -> site.answer("/assets/app.js", "Accept-Encoding", coding))
            .map(response -> content(response).etag())
            .toList();
    assertThat(tags).doesNotHaveDuplicates();
    Response again =
        site.answer("/assets/app.js", "Accept-Encoding", "br", "If-None-Match", tags.get(1));
    Request asked = get("If-None-Match", tags.get(1));
    assertThat(Selection.of(asked, 200, again.headers(), content(again)).status()).isEqualTo(304);
  }

  @Test
  void aVariantOfItsOwnIsAFileLikeAnyOther() throws IOException {
    site.write("app.js.gz", "in gzip");
    site.mount();
    Response response = site.answer("/assets/app.js.gz", "Accept-Encoding", "gzip");
    assertThat(content(response).type()).isEqualTo("application/gzip");
    assertThat(response.header("Content-Encoding")).isEmpty();
    assertThat(response.header("Vary")).isEmpty();
  }

  @Test
  void variantsCanBeSwitchedOffAndAreNotLookedForWhereTheyMakeNoSense() throws IOException {
    site.write("app.js.gz", "in gzip");
    site.write("a.png", "image");
    site.write("a.png.gz", "in gzip");
    site.routes().files("/assets", site.root(), FileOptions.DEFAULT.precompressed(false));
    site.routes().files("/on", site.root());
    Response off = site.answer("/assets/app.js", "Accept-Encoding", "gzip");
    assertThat(text(off)).isEqualTo("script");
    assertThat(off.header("Vary")).isEmpty();
    Response image = site.answer("/on/a.png", "Accept-Encoding", "gzip");
    assertThat(text(image)).isEqualTo("image");
    assertThat(image.header("Vary")).isEmpty();
  }
}
