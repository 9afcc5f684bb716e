package dev.millrace.demo.examples;

import dev.millrace.route.Routes;
import dev.millrace.stream.LiveSocket;
import dev.millrace.stream.Message;
import dev.millrace.stream.SocketOptions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Long messages, measured and forgotten. */
final class UploadSocket implements Shown {

  // <ws-upload>
  record Received(int length, String sha256, boolean text) {}

  // </ws-upload>

  @Override
  public Example about() {
    return Example.socket(
        UploadSocket.class,
        "ws-upload",
        "Long messages",
        "A file as one message of up to 50 MB, 10 MiB elsewhere. A longer one is refused with 1009 "
            + "as soon as its first frame says so, before its bytes have come.",
        "/ws/upload",
        "socket-upload");
  }

  @Override
  public void routes(Routes routes) {
    // <ws-upload>
    var large = SocketOptions.DEFAULT.maxPayload(50 << 20);
    routes.ws("/ws/upload", this::measure, large);
    // </ws-upload>
  }

  // <ws-upload>
  private void measure(LiveSocket socket) {
    socket.onMessage(message -> socket.send(received(message)));
  }

  private static Received received(Message message) {
    byte[] digest = sha256().digest(message.bytes());
    return new Received(message.length(), HexFormat.of().formatHex(digest), message.isText());
  }

  // </ws-upload>

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
