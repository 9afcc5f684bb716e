package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What it costs a server to receive one long message: CPU time by the message's length, as one
 * frame and as many. It is sent in pieces of 16 KiB and answered with its length.
 */
final class LargeLoad {
  private static final int PIECE = 16 * 1024;
  private static final int[] MEBIBYTES = {1, 2, 4, 8, 16};

  /** Of each length in a round, so that Linux's steps of 10 ms are small beside the time. */
  private static final int MEBIBYTES_A_ROUND = 256;

  private final int rounds;
  private final int warmups;
  private final double limitMillis;
  private final InputBuffer in = new InputBuffer();
  private final ByteBuffer piece = direct(SocketClient.masked(content()));

  LargeLoad(Arguments arguments) {
    rounds = arguments.number("--rounds", 5);
    warmups = arguments.number("--warmups", 2);
    limitMillis = arguments.number("--limit-millis", 0);
  }

  private static byte[] content() {
    byte[] content = new byte[PIECE];
    for (int at = 0; at < PIECE; at++) {
      content[at] = (byte) (at * 31);
    }
    return content;
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  void run(List<Target> targets) throws IOException {
    for (boolean fragmented : new boolean[] {false, true}) {
      Console.print(fragmented ? "in fragments of 16 KiB" : "in one frame");
      Map<Target, Double> shortest = new HashMap<>();
      for (int mebibytes : MEBIBYTES) {
        Map<Target, double[]> times = rounds(targets, mebibytes, fragmented);
        for (Target target : targets) {
          double millis = median(times.getOrDefault(target, new double[1]));
          double first = shortest.computeIfAbsent(target, one -> millis / mebibytes);
          print(target, mebibytes, millis, millis / mebibytes / first);
          if (mebibytes == 16 && limitMillis > 0 && target.equals(targets.getFirst())) {
            Console.print(
                "  %-10s limit %.0f ms: %s"
                    .formatted(
                        target.name(), limitMillis, millis <= limitMillis ? "met" : "MISSED"));
          }
        }
      }
    }
    Console.print("");
  }

  private static void print(Target target, int mebibytes, double millis, double growth) {
    Console.print(
        "  %-10s %2d MiB: %8.2f ms of CPU a message, %6.2f a MiB (%.2f of the shortest's)"
            .formatted(target.name(), mebibytes, millis, millis / mebibytes, growth));
  }

  private Map<Target, double[]> rounds(List<Target> targets, int mebibytes, boolean fragmented)
      throws IOException {
    Map<Target, double[]> times = new HashMap<>();
    for (int round = -warmups; round < rounds; round++) {
      for (Target target : targets) {
        double millis = cpuMillis(target, mebibytes << 20, fragmented);
        if (round >= 0) {
          times.computeIfAbsent(target, one -> new double[rounds])[round] = millis;
        }
      }
    }
    return times;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** The server's CPU time for one message, taken from several. */
  private double cpuMillis(Target target, int length, boolean fragmented) throws IOException {
    int messages = Math.max(1, (MEBIBYTES_A_ROUND << 20) / length);
    try (SocketChannel channel = SocketClient.connect(target, in, false)) {
      double before = target.requireServer().cpuSeconds();
      for (int message = 0; message < messages; message++) {
        send(channel, length, fragmented);
        int at = SocketClient.readMessage(channel, in, SocketClient.FINAL | SocketClient.TEXT);
        String answer = new String(in.bytes(), at, in.end() - at, US_ASCII);
        if (!answer.equals(Integer.toString(length))) {
          throw new IOException("%,d bytes were sent, %s arrived".formatted(length, answer));
        }
      }
      double after = target.requireServer().cpuSeconds();
      SocketClient.close(channel, in);
      return (after - before) * 1000 / messages;
    }
  }

  private void send(SocketChannel channel, int length, boolean fragmented) throws IOException {
    if (!fragmented) {
      byte[] head = SocketClient.head(SocketClient.FINAL | SocketClient.BINARY, length);
      Http1Client.write(channel, direct(head));
    }
    ByteBuffer fragment = ByteBuffer.allocateDirect(PIECE + 16);
    for (int sent = 0; sent < length; sent += PIECE) {
      if (fragmented) {
        int opcode = sent == 0 ? SocketClient.BINARY : 0;
        int last = sent + PIECE == length ? SocketClient.FINAL : 0;
        fragment.clear().put(SocketClient.head(last | opcode, PIECE)).put(piece.duplicate());
        Http1Client.write(channel, fragment.flip());
      } else {
        Http1Client.write(channel, piece.duplicate());
      }
    }
  }
}
