package dev.millrace.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.test.RawFrame;
import dev.millrace.test.RawSocket;
import dev.millrace.test.TestClose;
import dev.millrace.test.TestStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** What has come back of a {@link Script}, as a short text. */
final class Outcome {
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

  private final Script script;
  private final boolean serverContext;
  private final Inflater inflater = new Inflater(true);
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private final List<String> faults = new ArrayList<>();
  private @Nullable RawFrame begun;
  private @Nullable TestClose close;
  private int echoed;
  private int compressed;
  private int pongs;

  private Outcome(Script script, boolean serverContext) {
    this.script = script;
    this.serverContext = serverContext;
  }

  /**
   * Waits for the end, and says what came.
   *
   * @param patience if there is no end by then, that is the outcome
   */
  static String of(RawSocket socket, Script script, Duration patience) {
    String agreed = socket.header("Sec-WebSocket-Extensions").orElse("");
    Outcome outcome = new Outcome(script, !agreed.contains("server_no_context_takeover"));
    String end;
    try {
      end = socket.awaitEnd(patience) == TestStream.End.CUT ? "cut" : "";
    } catch (AssertionError e) {
      end = "open";
    }
    while (socket.hasFrame()) {
      outcome.take(socket.awaitFrame());
    }
    outcome.inflater.end();
    return outcome.text(end);
  }

  private String text(String end) {
    List<String> parts = new ArrayList<>();
    if (echoed > 0) {
      parts.add(echoed + " echoed" + (compressed > 0 ? ", " + compressed + " compressed" : ""));
    }
    if (pongs > 0) {
      parts.add(pongs == 1 ? "1 pong" : pongs + " pongs");
    }
    parts.addAll(faults);
    if (echoed < script.echoes().size()) {
      parts.add((script.echoes().size() - echoed) + " echoes missing");
    }
    if (pongs < script.pongs().size()) {
      parts.add((script.pongs().size() - pongs) + " pongs missing");
    }
    parts.add(close == null ? "no close" : close.toString());
    if (!end.isEmpty()) {
      parts.add(end);
    }
    return String.join(", ", parts);
  }

  private void take(RawFrame frame) {
    if (close != null) {
      faults.add(frame + " after the close");
    }
    switch (frame.opcode()) {
      case RawFrame.PONG -> pong(frame.payload());
      case RawFrame.CLOSE -> close = frame.close();
      case RawFrame.PING -> faults.add(frame.toString());
      default -> data(frame);
    }
  }

  private void pong(byte[] payload) {
    if (pongs >= script.pongs().size() || !Arrays.equals(payload, script.pongs().get(pongs))) {
      faults.add("pong " + (pongs + 1) + " is another");
    }
    pongs++;
  }

  private void data(RawFrame frame) {
    if (begun == null) {
      begun = frame;
    }
    message.writeBytes(frame.payload());
    if (!frame.fin()) {
      return;
    }
    byte[] content = message.toByteArray();
    message.reset();
    RawFrame first = begun;
    begun = null;
    if (first.rsv() == 4) {
      compressed++;
      content = inflate(content);
    }
    boolean text = first.opcode() == RawFrame.TEXT;
    if (echoed >= script.echoes().size()) {
      faults.add("a message that nobody sent");
    } else {
      Script.Echo echo = script.echoes().get(echoed);
      if (echo.text() != text || !echo.content().equals(ByteBuffer.wrap(content))) {
        faults.add("message %d is another".formatted(echoed + 1));
      }
    }
    echoed++;
  }

  private byte[] inflate(byte[] payload) {
    if (!serverContext) {
      inflater.reset();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] piece = new byte[8192];
    byte[] whole = Arrays.copyOf(payload, payload.length + TAIL.length);
    System.arraycopy(TAIL, 0, whole, payload.length, TAIL.length);
    inflater.setInput(whole);
    try {
      for (int n = inflater.inflate(piece); n > 0; n = inflater.inflate(piece)) {
        out.write(piece, 0, n);
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      return ("not deflated: " + e.getMessage()).getBytes(UTF_8);
    }
  }
}
