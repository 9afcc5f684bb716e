package dev.millrace.demo.examples;

import static dev.millrace.http.Response.file;

import dev.millrace.demo.examples.Example.Param;
import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.route.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Files to save: whole, in part, or not at all to who has them. */
final class Download implements Shown {
  private static final int NOISE = 8 << 20;

  private static final String TEXT =
      """
      Millrace, a Java 25 web framework for live data.

      A millrace is the channel that carries a fast stream to where it does work.
      """;

  private static final String PLANETS =
      """
      name,moons,day
      Mercury,0,"1,408 h"
      Venus,0,"5,832 h"
      Earth,1,24 h
      Mars,2,25 h
      Jupiter,97,10 h
      Saturn,274,11 h
      Uranus,29,17 h
      Neptune,16,16 h
      """;

  private final Map<String, Path> files = write();

  @Override
  public Example about() {
    return Example.plain(
            Download.class,
            "download",
            "Files to save",
            "Each has an entity tag and comes in ranges, so a download that broke off can go on. "
                + "Who has the file already is answered with 304.",
            "GET",
            "/download/{filename}",
            "download")
        .params(new Param("filename", "noise.bin", List.copyOf(files.keySet())));
  }

  @Override
  public void routes(Routes routes) {
    // <download>
    routes.get("/download/{filename}", this::download);
    // </download>
  }

  // <download>
  private Response download(Request request) {
    String name = request.path("filename");
    Path file = files.get(name); // never joined to a path
    if (file == null) {
      throw new HttpException(404, "there is no such file");
    }
    return file(file).attachment(name);
  }

  // </download>

  private static Map<String, Path> write() {
    byte[] noise = new byte[NOISE];
    new Random(NOISE).nextBytes(noise);
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put("noise.bin", noise);
    contents.put("millrace.txt", TEXT.getBytes(StandardCharsets.UTF_8));
    contents.put("planets.csv", PLANETS.getBytes(StandardCharsets.UTF_8));
    contents.put("Mühlrad.svg", logo());
    try {
      Path directory = Files.createTempDirectory("millrace-downloads");
      directory.toFile().deleteOnExit();
      Map<String, Path> files = new LinkedHashMap<>();
      for (Map.Entry<String, byte[]> content : contents.entrySet()) {
        Path file =
            Files.write(directory.resolve(files.size() + ending(content)), content.getValue());
        file.toFile().deleteOnExit();
        files.put(content.getKey(), file);
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write temporary files", e);
    }
  }

  /** The type of a file follows from it; the rest of the name may be none that a disk can have. */
  private static String ending(Map.Entry<String, byte[]> content) {
    return content.getKey().substring(content.getKey().lastIndexOf('.'));
  }

  private static byte[] logo() {
    try (InputStream in = Download.class.getResourceAsStream("/public/logo.svg")) {
      if (in == null) {
        throw new IllegalStateException("public/logo.svg is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read public/logo.svg", e);
    }
  }
}
