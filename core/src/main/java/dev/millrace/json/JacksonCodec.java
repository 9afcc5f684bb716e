package dev.millrace.json;

import java.lang.invoke.MethodType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The standard codec. Package-private: who wants another Jackson writes a {@link JsonCodec}. */
final class JacksonCodec implements JsonCodec {
  static final JacksonCodec INSTANCE = new JacksonCodec();

  private final JsonMapper mapper =
      JsonMapper.builder()
          // Otherwise an object that Jackson cannot look into would silently become {}.
          .enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .build();

  private JacksonCodec() {}

  @Override
  public byte[] encode(@Nullable Object value) {
    try {
      return mapper.writeValueAsBytes(value);
    } catch (JacksonException e) {
      String type = value == null ? "null" : value.getClass().getName();
      throw new JsonException(
          "a value of type %s cannot be written as JSON: %s"
              .formatted(type, e.getOriginalMessage()),
          path(e),
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

  private Object read(byte[] utf8, JavaType type) {
    try {
      Object value = mapper.readValue(utf8, type);
      if (value == null) {
        throw new JsonException(
            "the document is null (expected: " + expected(type) + ")", "", null);
      }
      return value;
    } catch (JacksonException e) {
      throw new JsonException(describe(e, type), path(e), e);
    }
  }

  /** Jackson's own messages quote the document and name our classes: neither is for a client. */
  private static String describe(JacksonException e, JavaType type) {
    String path = path(e);
    if (!path.isEmpty()) {
      return "\"%s\" does not fit (expected: %s)".formatted(path, expected(type));
    }
    var location = e.getLocation();
    String where =
        location == null || location.getLineNr() < 0
            ? ""
            : " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
    return "not a JSON document that fits" + where;
  }

  private static String expected(JavaType type) {
    Class<?> raw = type.getRawClass();
    if (!raw.isRecord()) {
      return raw.getSimpleName();
    }
    return Arrays.stream(raw.getRecordComponents())
        .map(part -> part.getType().getSimpleName() + " " + part.getName())
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String path(JacksonException e) {
    StringBuilder path = new StringBuilder();
    for (var reference : e.getPath()) {
      String property = reference.getPropertyName();
      if (property == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(property);
      }
    }
    return path.toString();
  }

  @SuppressWarnings("unchecked") // int.class and Integer.class are both a Class<Integer>
  private static <T> Class<T> boxed(Class<T> type) {
    return (Class<T>) MethodType.methodType(type).wrap().returnType();
  }
}
