package dev.millrace.http;

import static dev.millrace.http.Response.stream;
import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.Wiring;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.io.TempDir;

/** Files that come with forms, and what is left of them afterwards: nothing. */
class UploadsTest {
  private static final byte[] LARGE = new byte[200_000];

  static {
    for (int i = 0; i < LARGE.length; i++) {
      LARGE[i] = (byte) ((i * 31) >> 3);
    }
  }

  private final Millrace app = Millrace.create();
  private final BlockingQueue<Upload> uploads = new LinkedBlockingQueue<>();

  private static boolean isGone(Upload upload) {
    try {
      upload.bytes();
      return false;
    } catch (UncheckedIOException e) {
      return true;
    }
  }

  @OverEachWiring
  void aFileArrivesAsItWasSent(Wiring wiring) {
    app.post(
        "/files",
        request -> {
          Upload file = request.form().file("f").orElseThrow();
          assertThat(file.bytes()).isEqualTo(LARGE);
          return text(file.fileName() + " " + file.type() + " " + file.size());
        });
    try (var test = wiring.start(app)) {
      var request =
          test.request("POST", "/files")
              .multipart("before", "x")
              .multipart("f", "../\"größe\".bin", "application/x-thing", LARGE)
              .multipart("after", "x");
      assertThat(request.send().text()).isEqualTo("\"größe\".bin application/x-thing 200000");
      assertThat(request.withoutLength().send().status()).isEqualTo(200);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aFileIsThereUntilTheResponseHasEndedAndThenGone(Wiring wiring) {
    app.post(
        "/files",
        request -> {
          Upload file = request.form().file("f").orElseThrow();
          uploads.add(file);
          assertThat(isGone(file)).isFalse();
          return text("done");
        });
    app.post(
        "/broken",
        request -> {
          uploads.add(request.form().file("f").orElseThrow());
          throw new IllegalStateException("on purpose");
        });
    try (var test = wiring.start(app)) {
      for (String path : new String[] {"/files", "/broken"}) {
        test.request("POST", path).multipart("f", "f.bin", null, LARGE).send();
        Upload file = next(uploads);
        eventually("the file has gone", () -> isGone(file));
      }
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aStreamCanReadAFileUntilItEnds(Wiring wiring) {
    CountDownLatch go = new CountDownLatch(1);
    app.post(
        "/files",
        request -> {
          Upload file = request.form().file("f").orElseThrow();
          uploads.add(file);
          return stream(out -> {
            out.send("begun");
            go.await();
            out.send(file.size() == file.bytes().length);
          });
        });
    try (var test = wiring.start(app);
        var s = test.request("POST", "/files").multipart("f", "f.bin", null, LARGE).stream()) {
      assertThat(s.awaitEvent().data()).isEqualTo("begun");
      Upload file = next(uploads);
      assertThat(isGone(file)).isFalse();
      go.countDown();
      assertThat(s.awaitEvent().data()).isEqualTo("true");
      s.awaitEnd();
      eventually("the file has gone", () -> isGone(file));
    }
  }

  @OverEachWiring
  void aFileIsGoneWhenItsClientIs(Wiring wiring) {
    CountDownLatch go = new CountDownLatch(1);
    app.post(
        "/slow",
        request -> {
          uploads.add(request.form().file("f").orElseThrow());
          go.await();
          return text("nobody reads this");
        });
    app.post(
        "/stream",
        request -> {
          uploads.add(request.form().file("f").orElseThrow());
          return stream(out -> {
            out.send("begun");
            out.keepOpen();
          });
        });
    try (var test = wiring.start(app)) {
      var slow = test.request("POST", "/slow").multipart("f", "f.bin", null, LARGE).stream();
      Upload first = next(uploads);
      slow.close();
      go.countDown();
      eventually("the first has gone", () -> isGone(first));

      var open = test.request("POST", "/stream").multipart("f", "f.bin", null, LARGE).stream();
      Upload second = next(uploads);
      open.awaitEvent();
      assertThat(isGone(second)).isFalse();
      open.close();
      eventually("the second has gone", () -> isGone(second));
      nothingIsLeftOf(test);
    }
  }

  /** What may change something runs to its end, and needs what it was given until then. */
  @OverEachWiring
  void aHandlerHasItsFileThoughTheClientHasGone(Wiring wiring) {
    BlockingQueue<Boolean> there = new LinkedBlockingQueue<>();
    app.post(
        "/slow",
        request -> {
          Upload file = request.form().file("f").orElseThrow();
          uploads.add(file);
          eventually("the client has gone", request::isAbandoned);
          there.add(!isGone(file));
          return text("nobody reads this");
        });
    try (var test = wiring.start(app)) {
      var slow = test.request("POST", "/slow").multipart("f", "f.bin", null, LARGE).stream();
      Upload file = next(uploads);
      slow.close();
      assertThat(next(there)).isTrue();
      eventually("the file has gone", () -> isGone(file));
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aFileThatWasMovedStays(Wiring wiring, @TempDir Path folder) throws IOException {
    Path target = folder.resolve("kept");
    app.post(
        "/files",
        request -> {
          request.form().file("f").orElseThrow().moveTo(target);
          return text("kept");
        });
    try (var test = wiring.start(app)) {
      test.request("POST", "/files").multipart("f", "f.bin", null, LARGE).send();
      nothingIsLeftOf(test);
    }
    assertThat(Files.readAllBytes(target)).isEqualTo(LARGE);
  }

  @OverEachWiring
  void aLargeUploadNeedsNoDisk(Wiring wiring) {
    app.filter(BodyLimit.of(20 << 20));
    app.post(
        "/parts",
        request -> {
          StringBuilder seen = new StringBuilder();
          for (Part part : request.parts()) {
            int length = 0;
            for (int read = 0; read >= 0; read = part.input().read(new byte[8192])) {
              length += read;
            }
            seen.append(part.name()).append(' ').append(length).append(' ');
          }
          return text(seen.toString());
        });
    try (var test = wiring.start(app)) {
      byte[] huge = new byte[10 << 20];
      Arrays.fill(huge, (byte) '\r');
      var request =
          test.request("POST", "/parts")
              .multipart("a", "1")
              .multipart("f", "f.bin", null, huge)
              .multipart("b", "22");
      assertThat(request.send().text()).isEqualTo("a 1 f 10485760 b 2 ");
    }
  }

  @OverEachWiring
  void aFormThatIsNotWellFormedIs400AndOneThatIsTooLarge413(Wiring wiring) {
    app.post("/form", request -> text(request.form().names().toString()));
    try (var test = wiring.start(app)) {
      String type = "multipart/form-data; boundary=b";
      var broken = test.request("POST", "/form").header("Content-Type", type);
      var response = broken.body("--b\r\n\r\nx\r\n--b--").send();
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.text()).contains("part 1: no Content-Disposition");
      var large = test.request("POST", "/form").multipart("f", "f", null, new byte[2 << 20]);
      assertThat(large.send().status()).isEqualTo(413);
      assertThat(large.withoutLength().send().status()).isEqualTo(413);
      nothingIsLeftOf(test);
    }
  }
}
