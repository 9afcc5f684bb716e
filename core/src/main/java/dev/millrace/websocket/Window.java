package dev.millrace.websocket;

/** The last bytes of a client's messages, to which its next one may refer. Grows with them. */
final class Window {
  private final int most;

  private byte[] bytes = {};
  private int size;

  /**
   * An empty one.
   *
   * @param most bytes that are kept
   */
  Window(int most) {
    this.most = most;
  }

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  /** Adds a message, and forgets what it pushes out. */
  void add(byte[] message) {
    int added = Math.min(message.length, most);
    int kept = Math.min(size, most - added);
    byte[] room = bytes;
    if (kept + added > room.length) {
      room = new byte[Math.clamp(2L * room.length, kept + added, most)];
    }
    System.arraycopy(bytes, size - kept, room, 0, kept);
    System.arraycopy(message, message.length - added, room, kept, added);
    bytes = room;
    size = kept + added;
  }
}
