package dev.millrace.netty;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import java.util.function.Supplier;

/**
 * The place of the decoder in an HTTP/1.1 connection's pipeline. An open stream has no use for one,
 * which weighs more than all the rest of the stream.
 */
final class DecoderSlot {
  private static final String NAME = "http1-decoder";

  private DecoderSlot() {}

  static void fill(ChannelPipeline pipeline, Http1RequestDecoder decoder) {
    pipeline.addLast(NAME, decoder);
  }

  /** Whether there is a decoder, and not a byte of a request has come to it. */
  static boolean hasNothing(ChannelPipeline pipeline) {
    return pipeline.get(NAME) instanceof Http1RequestDecoder decoder && decoder.hasNothing();
  }

  /**
   * Takes the decoder out. One that is in the middle of a request stays: nobody else knows where
   * that ends.
   */
  static void empty(ChannelPipeline pipeline) {
    if (pipeline.get(NAME) instanceof Http1RequestDecoder decoder && decoder.isBetweenRequests()) {
      pipeline.remove(decoder);
    }
  }

  /** Puts a decoder in front of its connection again, if it is out. */
  static void refill(
      ChannelPipeline pipeline, ChannelHandler connection, Supplier<Http1RequestDecoder> made) {
    if (pipeline.get(NAME) == null) {
      pipeline.addBefore(pipeline.context(connection).name(), NAME, made.get());
    }
  }

  /**
   * Has bytes decoded that came while the decoder was out.
   *
   * @return {@code false} when it still is, and nothing has been done
   */
  static boolean decode(ChannelPipeline pipeline, Object bytes) throws Exception {
    var context = pipeline.context(NAME);
    if (context == null) {
      return false;
    }
    ((Http1RequestDecoder) context.handler()).channelRead(context, bytes);
    return true;
  }
}
