package dev.millrace.json;

import com.fasterxml.jackson.annotation.Nulls;
import java.lang.invoke.MethodType;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** The standard codec. Package-private: who wants another Jackson writes a {@link JsonCodec}. */
final class JacksonCodec implements JsonCodec {
  static final int DEPTH = 500;
  static final int DIGITS = 1_000;
  static final int NAME = 50_000;

  static final JacksonCodec INSTANCE = new JacksonCodec();

  private final JsonMapper mapper =
      JsonMapper.builder(factory())
          .annotationIntrospector(new Primitives())
          .addModule(
              new SimpleModule()
                  .setDeserializerModifier(new FiniteNumbers())
                  .setDeserializers(new TypedReaders())
                  .setSerializerModifier(new TypeWriter.Modifier()))
          .addModule(new SimpleModule().setDeserializerModifier(new OwnType.Modifier()))
          .addHandler(new OwnType())
          // Otherwise an object that Jackson cannot look into would silently become {}.
          .enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          // 1.5 is no integer, and 0 is not the first of an enum's names.
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          // Looked after here, where the place is known.
          .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** For values that all come as texts. */
  private final JsonMapper texts =
      mapper
          .rebuild()
          .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
          .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
          .build();

  private final Faults faults = new Faults(mapper);

  private JacksonCodec() {}

  private static JsonFactory factory() {
    return JsonFactory.builder()
        // Two readers of one document must not see two values (RFC 8259, section 4).
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        // UTF-8 and nothing else (RFC 8259, section 8.1).
        .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(DEPTH)
                .maxNumberLength(DIGITS)
                .maxNameLength(NAME)
                // The document is in memory: its own limit bounds its strings too.
                .maxStringLength(Integer.MAX_VALUE)
                .build())
        .build();
  }

  @Override
  public byte[] encode(@Nullable Object value) {
    try {
      return mapper.writeValueAsBytes(value);
    } catch (JacksonException e) {
      String type = value == null ? "null" : value.getClass().getName();
      throw new JsonException(
          "a value of type %s cannot be written as JSON: %s"
              .formatted(type, e.getOriginalMessage()),
          JsonPath.of(e),
          e);
    }
  }

  @Override
  public <T> T decode(byte[] utf8, Class<T> type) {
    Class<T> boxed = boxed(type);
    return boxed.cast(read(utf8, mapper.constructType(boxed)));
  }

  @Override
  public Object decode(byte[] utf8, Type type) {
    return read(utf8, mapper.constructType(type));
  }

  @Override
  public <T> T decode(Map<String, List<String>> values, Class<T> type) {
    Map<String, Object> object = new LinkedHashMap<>();
    values.forEach((name, all) -> object.put(name, all.size() == 1 ? all.getFirst() : all));
    try {
      return texts.convertValue(object, type);
    } catch (InvalidDefinitionException e) {
      throw unreadable(e);
    } catch (JacksonException e) {
      throw faults.misfit(e, texts.constructType(type));
    }
  }

  private Object read(byte[] utf8, JavaType type) {
    int bad = Utf8.firstBad(utf8);
    if (bad >= 0) {
      throw Faults.notUtf8(bad);
    }
    int start = Utf8.start(utf8);
    try (JsonParser parser = mapper.createParser(utf8, start, utf8.length - start)) {
      Object value = value(parser, type);
      if (value == null) {
        throw faults.isNull(type);
      }
      return value;
    }
  }

  private @Nullable Object value(JsonParser parser, JavaType type) {
    Object value;
    try {
      value = mapper.readValue(parser, type);
    } catch (InvalidDefinitionException e) {
      throw unreadable(e);
    } catch (JacksonException e) {
      throw faults.of(e, parser, type);
    }
    try {
      if (parser.nextToken() != null) {
        throw Faults.trailing(parser, null);
      }
    } catch (JacksonException e) {
      throw Faults.trailing(parser, e);
    }
    return value;
  }

  /** Nobody's document is at fault: the program asks for what cannot be made. */
  private static IllegalArgumentException unreadable(InvalidDefinitionException e) {
    return new IllegalArgumentException(
        "type %s cannot be read from JSON: %s"
            .formatted(e.getType().toCanonical(), e.getOriginalMessage()),
        e);
  }

  @SuppressWarnings("unchecked") // int.class and Integer.class are both a Class<Integer>
  private static <T> Class<T> boxed(Class<T> type) {
    return (Class<T>) MethodType.methodType(type).wrap().returnType();
  }

  /** A number that is missing is no zero: a record's primitive components are required. */
  private static final class Primitives extends JacksonAnnotationIntrospector {
    @Override
    public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
      Boolean marked = super.hasRequiredMarker(config, member);
      if (marked == null
          && member.getRawType().isPrimitive()
          && member.getDeclaringClass().isRecord()) {
        return true;
      }
      return marked;
    }
  }
}
