package dev.millrace.bench;

import java.io.IOException;
import java.util.Arrays;

/** Reads one member's WebSocket frames (RFC 6455, section 5.2): each message is one frame. */
final class RoomFrames extends RoomMessage.Reader {
  private static final int PING = 0x89;
  private static final int MOST_SHORT = 125;
  private static final int SHORT_LENGTH_BYTES = 2;
  private static final int LONG_LENGTH_BYTES = 8;

  /** Answers a ping. */
  interface Pong {
    void send(byte[] payload) throws IOException;
  }

  private enum State {
    FIRST,
    LENGTH,
    MORE_LENGTH,
    DIGITS,
    REST
  }

  private final Pong pong;
  private State state = State.FIRST;
  private int first;
  private int lengthBytes;
  private long left;
  private byte[] ping = {};

  RoomFrames(RoomTally tally, Pong pong) {
    super(tally);
    this.pong = pong;
  }

  @Override
  void accept(byte[] bytes, int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      if (state == State.REST) {
        int skipped = (int) Math.min(left, to - at);
        if (first == PING) {
          ping = Arrays.copyOf(ping, ping.length + skipped);
          System.arraycopy(bytes, at, ping, ping.length - skipped, skipped);
        }
        at += skipped;
        left -= skipped;
        endIfOver();
      } else {
        next(bytes[at++]);
      }
    }
  }

  private void next(byte b) throws IOException {
    switch (state) {
      case FIRST -> {
        first = b & 0xff;
        state = State.LENGTH;
      }
      case LENGTH -> length(b);
      case MORE_LENGTH -> {
        left = left << 8 | (b & 0xff);
        if (--lengthBytes == 0) {
          payload();
        }
      }
      case DIGITS, REST -> {
        left--;
        if (!digit(b)) {
          state = State.REST;
        }
        endIfOver();
      }
    }
  }

  private void length(byte b) throws IOException {
    if (b <= MOST_SHORT && b >= 0) {
      left = b;
      payload();
    } else {
      left = 0;
      lengthBytes = b == MOST_SHORT + 1 ? SHORT_LENGTH_BYTES : LONG_LENGTH_BYTES;
      state = State.MORE_LENGTH;
    }
  }

  private void payload() throws IOException {
    boolean message = first == (SocketClient.FINAL | SocketClient.TEXT);
    state = message && left > 0 ? State.DIGITS : State.REST;
    begin();
    endIfOver();
  }

  private void endIfOver() throws IOException {
    if (left > 0) {
      return;
    }
    state = State.FIRST;
    if (first == PING) {
      pong.send(ping);
      ping = new byte[0];
    } else if (first == (SocketClient.FINAL | SocketClient.CLOSE)) {
      throw new IOException("the server has closed a WebSocket");
    } else {
      end();
    }
  }
}
