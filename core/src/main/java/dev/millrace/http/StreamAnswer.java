package dev.millrace.http;

import dev.millrace.json.JsonCodec;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answer of an error handler where only an event of a stream can be sent. */
final class StreamAnswer {
  private static final Logger log = LoggerFactory.getLogger(StreamAnswer.class);

  private StreamAnswer() {}

  /** An answer that no event can hold. */
  static final class Unfit extends Exception {
    @Serial private static final long serialVersionUID = 1;

    Unfit(Response answer) {
      super(answer + " (expected: JSON, or text)", null, false, false);
    }
  }

  /**
   * What an answer holds, as data of an event.
   *
   * @throws Unfit when it is neither JSON nor text
   */
  static Object data(Response answer, Function<@Nullable Object, Object> encode) throws Unfit {
    switch (answer.body()) {
      case Body.Json json -> {
        return encode.apply(json.value());
      }
      case Body.Bytes bytes when bytes.content().length > 0 -> {
        String type = mediaType(answer);
        if (type.equals("application/json") || type.endsWith("+json")) {
          // Read and written again, so that it is one line and surely JSON.
          return encode.apply(JsonCodec.standard().decode(bytes.content(), Object.class));
        }
        if (type.startsWith("text/")) {
          return encode.apply(new String(bytes.content(), StandardCharsets.UTF_8));
        }
      }
      case Body.Stream stream -> close(stream.source());
      default -> {}
    }
    throw new Unfit(answer);
  }

  private static String mediaType(Response answer) {
    String type = answer.header("Content-Type").orElse("");
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).trim().toLowerCase(Locale.ROOT);
  }

  private static void close(@Nullable Object source) {
    if (source instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        log.debug("closing {} failed", source.getClass().getName(), e);
      }
    }
  }
}
