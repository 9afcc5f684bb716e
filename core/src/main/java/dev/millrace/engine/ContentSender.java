package dev.millrace.engine;

import dev.millrace.http.Content;
import dev.millrace.http.Headers;
import dev.millrace.http.Selection;
import dev.millrace.http.Selection.Piece;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.Outbound;
import dev.millrace.stream.StreamOptions;
import dev.millrace.stream.Wire;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what was selected of a content: short ones in one go, one region of a file by the
 * transport's own means where it has some, and everything else read on the request's thread and
 * written at the speed of the reader.
 */
final class ContentSender {
  private static final Logger log = LoggerFactory.getLogger(ContentSender.class);

  /** Up to here reading a file costs less than a second way through the system. */
  private static final int SHORT = 32 * 1024;

  private static final int PIECE = 32 * 1024;
  private static final StreamOptions BUFFER = StreamOptions.DEFAULT.highWaterMark(4 * PIECE);

  private final Call call;
  private final Content content;
  private final Dispatcher dispatcher;

  ContentSender(Dispatcher dispatcher, Call call, Content content) {
    this.dispatcher = dispatcher;
    this.call = call;
    this.content = content;
  }

  /**
   * Sends it.
   *
   * @throws IOException when the content cannot be opened or read, and nothing has been sent
   */
  void send(Selection selection) throws IOException {
    long length = length(selection.pieces());
    call.answers(selection.status(), length);
    if (selection.status() == 200 && length > 0 && length <= SHORT) {
      respond(selection);
      return;
    }
    var sent = compressor().piecewise(call.request(), selection, content.length());
    if (length <= SHORT) {
      call.exchange().respond(selection.status(), sent.headers(), read(selection.pieces()));
    } else if (sent.encoder() != null || !transferred(selection, sent.headers())) {
      copy(selection, sent, length);
    }
  }

  private void respond(Selection selection) throws IOException {
    var whole =
        compressor()
            .whole(
                call.request(), selection.status(), selection.headers(), read(selection.pieces()));
    Headers headers =
        whole.headers().set("Content-Length", Integer.toString(whole.content().length));
    call.exchange().respond(selection.status(), headers, whole.content());
  }

  private Compressor compressor() {
    return dispatcher.compressor();
  }

  private static long length(List<Piece> pieces) {
    long sum = 0;
    for (Piece piece : pieces) {
      sum +=
          switch (piece) {
            case Piece.Bytes bytes -> bytes.bytes().length;
            case Piece.Range range -> range.length();
          };
    }
    return sum;
  }

  private byte[] read(List<Piece> pieces) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream(512);
    for (Piece piece : pieces) {
      switch (piece) {
        case Piece.Bytes bytes -> all.writeBytes(bytes.bytes());
        case Piece.Range range -> {
          try (InputStream in = content.open(range.from())) {
            byte[] part = in.readNBytes((int) range.length());
            if (part.length < range.length()) {
              throw shorter();
            }
            all.writeBytes(part);
          }
        }
      }
    }
    return all.toByteArray();
  }

  private boolean transferred(Selection selection, Headers headers) throws IOException {
    Path path = content.file();
    if (path == null
        || selection.pieces().size() != 1
        || !(selection.pieces().getFirst() instanceof Piece.Range range)) {
      return false;
    }
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    boolean taken = false;
    try {
      if (file.size() < range.from() + range.length()) {
        throw shorter();
      }
      taken =
          call.exchange().transfer(selection.status(), headers, file, range.from(), range.length());
    } finally {
      if (!taken) {
        file.close();
      }
    }
    return taken;
  }

  private void copy(Selection selection, Compressor.Streamed sent, long length) throws IOException {
    Outbound out = new Outbound(Wire.RAW, BUFFER, dispatcher.time(), sent.encoder());
    boolean begun = false;
    byte[] buffer = new byte[(int) Math.min(PIECE, length)];
    try {
      for (Piece piece : selection.pieces()) {
        switch (piece) {
          case Piece.Bytes bytes -> out.write(bytes.bytes(), 0, bytes.bytes().length);
          case Piece.Range range -> {
            try (InputStream in = content.open(range.from())) {
              for (long left = range.length(); left > 0; ) {
                int got = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (got < 0) {
                  throw shorter();
                }
                left -= got;
                if (!out.write(buffer, 0, got)) {
                  return;
                }
                begun = begin(begun, selection.status(), sent.headers(), out);
              }
            }
          }
        }
      }
      begin(begun, selection.status(), sent.headers(), out);
      out.end();
      call.exchange().wake();
    } catch (InterruptedException e) {
      // By the client's going away, as a rule.
      Thread.currentThread().interrupt();
      cut(out, e);
    } catch (IOException e) {
      if (!begun) {
        throw e;
      }
      if (call.request().isAbandoned()) {
        // The interrupt that told of it found the thread reading.
        log.debug("{} ended with its client gone", call.request(), e);
      } else {
        log.error(
            "{}: its file could not be read to the end; the response is cut", call.request(), e);
      }
      cut(out, e);
    }
  }

  private boolean begin(boolean begun, int status, Headers headers, Outbound out) {
    if (begun) {
      call.exchange().wake();
    } else {
      call.copies(out);
      call.exchange().stream(status, headers, out);
    }
    return true;
  }

  private void cut(Outbound out, Exception failure) {
    out.discard();
    call.exchange().abort();
    call.exchange().loop().execute(() -> call.over(CloseReason.failed(failure)));
  }

  private EOFException shorter() {
    return new EOFException(content + " is shorter than the " + content.length() + " bytes it had");
  }
}
