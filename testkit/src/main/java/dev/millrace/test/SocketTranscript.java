package dev.millrace.test;

import dev.millrace.http.Headers;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * All that has come back for a request that asks for a WebSocket: frames, or a whole response where
 * it was refused. As in the transcript of any request, the monitor guards everything.
 */
abstract class SocketTranscript extends Transcript {
  private static final int SHOWN = 5;

  private final FrameParser parser = new FrameParser();
  private final Deque<String> latest = new ArrayDeque<>();
  private boolean upgraded;
  private long frames;

  SocketTranscript(String request, Supplier<String> clock) {
    super(request, false, clock);
  }

  /** A frame has come. Under the monitor. */
  abstract void frame(RawFrame frame) throws ProtocolException;

  @Override
  final synchronized void upgraded(int newStatus, Headers newHeaders) {
    upgraded = true;
    agreed(newHeaders);
    head(newStatus, newHeaders);
  }

  /** The handshake has succeeded. Under the monitor. */
  void agreed(Headers newHeaders) {}

  @Override
  final synchronized void bytes(byte[] bytes, int from, int length) {
    if (!upgraded) {
      super.bytes(bytes, from, length);
      return;
    }
    if (isOver()) {
      return;
    }
    try {
      parser.feed(bytes, from, length, this::take);
    } catch (ProtocolException e) {
      cut("the server broke the protocol: " + e.getMessage());
    } catch (Broken e) {
      cut("the server broke the protocol: " + e.why.getMessage());
    }
    notifyAll();
  }

  /** Brings the exception past the parser. */
  private static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final ProtocolException why;

    Broken(ProtocolException why) {
      super(why);
      this.why = why;
    }
  }

  private void take(RawFrame frame) {
    frames++;
    if (latest.size() == SHOWN) {
      latest.remove();
    }
    latest.add(frame.toString());
    try {
      frame(frame);
    } catch (ProtocolException e) {
      throw new Broken(e);
    }
  }

  @Override
  final synchronized void end() {
    if (upgraded && !isOver() && !parser.isBetween()) {
      cut("the connection ended inside a frame");
      return;
    }
    super.end();
  }

  final synchronized boolean isUpgraded() {
    return upgraded;
  }

  /** Waits for a handshake that succeeds. */
  final synchronized void awaitUpgrade(String missing, Duration timeout) {
    awaitHead(timeout);
    if (!upgraded) {
      if (!isOver()) {
        await("no whole refusal", timeout, () -> isOver() ? Optional.of(true) : Optional.empty());
      }
      throw new AssertionError(missing + ": the handshake was refused" + circumstances());
    }
  }

  @Override
  final String kind(Headers known) {
    return upgraded ? "WebSocket" : super.kind(known);
  }

  @Override
  void describe(StringBuilder text) {
    if (!upgraded) {
      super.describe(text);
      return;
    }
    text.append("\n  frames: ").append(frames);
    if (!latest.isEmpty()) {
      text.append(", the last of them:");
      latest.forEach(each -> text.append("\n    ").append(each));
    }
  }
}
