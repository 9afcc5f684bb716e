package dev.millrace.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;

/**
 * The events of one {@code /burst} or {@code /burst-json}, or the rows of one {@code /csv}, made
 * one after the other and packed into chunks of {@code gather} events.
 */
final class Burst {
  private static final int DEFAULT_EVENTS = 1_000_000;

  /** About 16 KiB. */
  private static final int ROWS_GATHERED = 256;

  private final EventWriter writer;
  private final int count;
  private final int gather;
  private int made;

  private Burst(EventWriter writer, int count, int gather) {
    this.writer = writer;
    this.count = count;
    this.gather = gather;
  }

  /**
   * Reads {@code /burst?n=1000000&gather=1&make=text}, these being the defaults; {@code make=bytes}
   * leaves out the strings. Or {@code /csv?rows=1000000}.
   */
  static Burst of(String uri) {
    QueryStringDecoder query = new QueryStringDecoder(uri);
    return query.path().equals("/csv")
        ? new Burst(new RowEvents(), number(query, "rows", CsvRows.DEFAULT_ROWS), ROWS_GATHERED)
        : new Burst(writer(query), number(query, "n", DEFAULT_EVENTS), number(query, "gather", 1));
  }

  private static EventWriter writer(QueryStringDecoder query) {
    if (query.path().equals("/burst-json")) {
      return new JsonEvents();
    }
    return List.of("bytes").equals(query.parameters().get("make"))
        ? new ByteEvents()
        : new TextEvents();
  }

  private static int number(QueryStringDecoder query, String name, int otherwise) {
    List<String> values = query.parameters().get(name);
    return values == null ? otherwise : Math.max(1, Integer.parseInt(values.getFirst()));
  }

  boolean hasMore() {
    return made < count;
  }

  /** Makes the next events, as many as go into one chunk. The caller owns the buffer. */
  ByteBuf nextChunk(ByteBufAllocator allocator) {
    int end = Math.min(count, made + gather);
    ByteBuf chunk = allocator.directBuffer((end - made) * EventWriter.MAX_BYTES);
    while (made < end) {
      writer.write(made++, chunk);
    }
    return chunk;
  }
}
