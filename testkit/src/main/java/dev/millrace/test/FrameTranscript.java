package dev.millrace.test;

import java.net.ProtocolException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;

/** The frames of a {@link RawSocket}, as they came. */
final class FrameTranscript extends SocketTranscript {
  private final Queue<RawFrame> frames = new ArrayDeque<>();
  private long kept;

  FrameTranscript(String request, Supplier<String> clock) {
    super(request, clock);
  }

  @Override
  void frame(RawFrame frame) throws ProtocolException {
    kept += frame.content().length;
    if (kept > FrameParser.MOST) {
      throw new ProtocolException(
          "frames of over %d bytes wait, more than a test keeps".formatted(FrameParser.MOST));
    }
    frames.add(frame);
  }

  synchronized RawFrame awaitFrame(Duration timeout) {
    awaitUpgrade("no frame", timeout);
    RawFrame frame = await("no frame", timeout, () -> Optional.ofNullable(frames.poll()));
    kept -= frame.content().length;
    return frame;
  }

  synchronized boolean hasFrame() {
    return !frames.isEmpty();
  }
}
