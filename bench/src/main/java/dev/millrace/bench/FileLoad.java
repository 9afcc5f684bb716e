package dev.millrace.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Downloads a file over a fresh connection and throws its bytes away: in the system, which copies
 * them nowhere, or as a client would, who reads them.
 */
final class FileLoad implements Measurement {
  private static final int PIECE = 1 << 20;

  private final boolean reads;
  private final InputBuffer in = new InputBuffer();
  private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);

  FileLoad(boolean reads) {
    this.reads = reads;
  }

  @Override
  public Unit unit() {
    return Unit.MEBIBYTES;
  }

  @Override
  public Result measure(Target target) throws IOException {
    long start = System.nanoTime();
    long length = reads ? read(target) : drop(target);
    return new Result(length >> 20, (System.nanoTime() - start) / 1e9);
  }

  private long read(Target target) throws IOException {
    try (SocketChannel channel = Http1Client.connect(target)) {
      Http1Client.request(channel, target);
      Http1Response head = Http1Client.readResponse(channel, in);
      long left = head.length() - (in.end() - head.end());
      while (left > 0) {
        int got = channel.read(piece.clear());
        if (got < 0) {
          throw new IOException("%,d bytes were not sent".formatted(left));
        }
        left -= got;
      }
      return head.length();
    }
  }

  private static long drop(Target target) throws IOException {
    try (DroppingSocket socket = DroppingSocket.connect(target.address().getPort())) {
      Http1Response head = socket.ask(Http1Client.requestBytes(target));
      long left = head.length();
      while (left > 0) {
        left -= socket.drop(Math.min(PIECE, left));
      }
      return head.length();
    }
  }
}
