package dev.millrace.json;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.util.JsonParserSequence;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.module.SimpleDeserializers;
import tools.jackson.databind.util.TokenBuffer;

/**
 * Reads sealed interfaces of records: looks for {@code type} and leaves the rest to that record's
 * reader. Not by Jackson's own machinery for types, for two reasons. What stands before {@code
 * type} must be kept until it is found, and where such objects lie in one another, the innermost is
 * kept once for each that it lies in: a document of 10 MB would cost gigabytes. And its faults have
 * no place in the document and name our classes.
 */
final class TypedReaders extends SimpleDeserializers {
  private static final long serialVersionUID = 1;

  @Override
  public @Nullable ValueDeserializer<?> findBeanDeserializer(
      JavaType type, DeserializationConfig config, BeanDescription.Supplier description) {
    return TypeNames.family(type.getRawClass())
        .map(records -> new Reader(type, records))
        .orElse(null);
  }

  private static final class Reader extends ValueDeserializer<Object> {
    private final JavaType type;
    private final Map<String, Class<?>> records;

    private final Map<String, ValueDeserializer<Object>> readers = new HashMap<>();

    Reader(JavaType type, Map<String, Class<?>> records) {
      this.type = type;
      this.records = records;
    }

    /** Called before the first document is read, while this is known as the type's reader. */
    @Override
    public void resolve(DeserializationContext context) {
      records.forEach((name, leaf) ->
          readers.put(
              name,
              context.findContextualValueDeserializer(
                  context.constructSpecializedType(type, leaf), null)));
    }

    @Override
    public boolean isCachable() {
      return true;
    }

    @Override
    public Class<?> handledType() {
      return type.getRawClass();
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        return context.handleUnexpectedToken(type, parser);
      }
      if (!TypeNames.PROPERTY.equals(parser.nextName())) {
        return searched(parser, context);
      }
      parser.nextToken();
      ValueDeserializer<Object> reader = reader(parser);
      parser.nextToken();
      return reader.deserialize(parser, context);
    }

    /** Keeps what stands before the type, and has that read first. */
    private Object searched(JsonParser parser, DeserializationContext context) {
      TokenBuffer kept = context.bufferForInputBuffering(parser);
      Searches searches = Searches.of(context);
      while (parser.currentToken() == JsonToken.PROPERTY_NAME) {
        String name = Objects.requireNonNull(parser.currentName());
        parser.nextToken();
        if (name.equals(TypeNames.PROPERTY)) {
          ValueDeserializer<Object> reader = reader(parser);
          parser.clearCurrentToken();
          JsonParser all =
              JsonParserSequence.createFlattened(false, kept.asParser(context, parser), parser);
          all.nextToken();
          searches.depth++;
          Object value = reader.deserialize(all, context);
          searches.depth--;
          return value;
        }
        kept.writeName(name);
        keep(parser, kept, searches);
        parser.nextToken();
      }
      throw TypeFault.missing(parser, handledType(), expected());
    }

    private void keep(JsonParser parser, TokenBuffer kept, Searches searches) {
      int open = 0;
      do {
        JsonToken token = parser.currentToken();
        if (!searches.mayKeepAnother()) {
          throw TypeFault.late(parser, handledType(), expected());
        }
        kept.copyCurrentEvent(parser);
        open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      } while (open > 0 && parser.nextToken() != null);
    }

    private ValueDeserializer<Object> reader(JsonParser parser) {
      ValueDeserializer<Object> reader =
          parser.currentToken() == JsonToken.VALUE_STRING ? readers.get(parser.getString()) : null;
      if (reader == null) {
        throw TypeFault.misfit(parser, handledType(), expected());
      }
      return reader;
    }

    private String expected() {
      return Expected.oneOf(records.keySet());
    }
  }

  /** What looking for types has cost in one document so far. */
  private static final class Searches {
    /** Of tokens that were kept inside of what was kept already: tens of megabytes. */
    private static final int MOST_AGAIN = 1_000_000;

    private int depth;
    private int again;

    static Searches of(DeserializationContext context) {
      if (context.getAttribute(Searches.class) instanceof Searches known) {
        return known;
      }
      Searches first = new Searches();
      context.setAttribute(Searches.class, first);
      return first;
    }

    boolean mayKeepAnother() {
      return depth == 0 || ++again <= MOST_AGAIN;
    }
  }
}
