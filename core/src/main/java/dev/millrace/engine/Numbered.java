package dev.millrace.engine;

import dev.millrace.http.HttpException;
import dev.millrace.stream.Message;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A message that its client keeps until it is acknowledged. It begins with a line that is not the
 * handler's: <code>{"send":"CLIENT.NUMBER"}</code> and LF. The acknowledgement is the text <code>
 * {"ack":"CLIENT.NUMBER"}</code>.
 *
 * @param client whose numbers these are: 16 to 64 letters, digits, - and _ that nobody guesses
 * @param number from 1, in the order of sending
 * @param message what the handler gets
 */
record Numbered(String client, long number, Message message) {
  private static final byte[] START = "{\"send\":\"".getBytes(StandardCharsets.US_ASCII);

  private static final int MOST_LINE = 128;
  private static final Pattern LINE =
      Pattern.compile("\\{\"send\":\"([A-Za-z0-9_-]{16,64})\\.([1-9][0-9]{0,15})\"}\n");

  /**
   * Reads the line.
   *
   * @return {@code null} for a message that has no such line
   * @throws HttpException 400 for one that begins so, and goes on otherwise
   */
  static @Nullable Numbered of(Message message) {
    byte[] bytes = message.bytes();
    if (bytes.length < START.length
        || Arrays.mismatch(bytes, 0, START.length, START, 0, START.length) >= 0) {
      return null;
    }
    int most = Math.min(bytes.length, MOST_LINE);
    Matcher line = LINE.matcher(new String(bytes, 0, most, StandardCharsets.ISO_8859_1));
    if (!line.lookingAt()) {
      throw new HttpException(
          400,
          "the message begins with {\"send\":\" (expected: {\"send\":\"CLIENT.NUMBER\"} and LF,"
              + " with 16 to 64 letters, digits, - and _ and a number from 1)");
    }
    byte[] rest = Arrays.copyOfRange(bytes, line.end(), bytes.length);
    return new Numbered(line.group(1), Long.parseLong(line.group(2)), message.withBytes(rest));
  }

  /** What tells the client that it need not keep the message any longer. */
  String acknowledgement() {
    return "{\"ack\":\"" + client + "." + number + "\"}";
  }
}
