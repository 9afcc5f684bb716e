package dev.millrace.json;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** What would fit a type, in the words of JSON: who sends a document knows nothing of our types. */
final class Expected {
  private static final int MOST_NAMES = 20;

  private final JsonMapper mapper;

  Expected(JsonMapper mapper) {
    this.mapper = mapper;
  }

  /** A phrase as in "integer from -128 to 127"; general for a type that JSON has no word for. */
  String of(Class<?> type) {
    String number = number(type);
    if (!number.isEmpty()) {
      return number;
    }
    if (type.isRecord()) {
      RecordComponent[] parts = type.getRecordComponents();
      return parts.length == 0
          ? "object"
          : "object with " + names(Arrays.stream(parts).map(RecordComponent::getName));
    }
    if (type.isEnum()) {
      return oneOf(Arrays.stream(type.getEnumConstants()).map(this::text).toList());
    }
    if (type.isInterface()) {
      var records = TypeNames.family(type);
      if (records.isPresent()) {
        return "object whose type is " + oneOf(records.get().keySet());
      }
    }
    if (type.isArray() || Collection.class.isAssignableFrom(type)) {
      return "array";
    }
    if (Map.class.isAssignableFrom(type)) {
      return "object";
    }
    return scalar(type);
  }

  private static String number(Class<?> type) {
    if (type == int.class || type == Integer.class) {
      return integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (type == long.class || type == Long.class) {
      return integer(Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type == short.class || type == Short.class) {
      return integer(Short.MIN_VALUE, Short.MAX_VALUE);
    }
    if (type == byte.class || type == Byte.class) {
      return integer(Byte.MIN_VALUE, Byte.MAX_VALUE);
    }
    if (type == BigInteger.class) {
      return "integer";
    }
    boolean fraction =
        type == double.class
            || type == float.class
            || type == Double.class
            || type == Float.class
            || type == BigDecimal.class;
    return fraction ? "number" : "";
  }

  private static String integer(long least, long most) {
    return "integer from " + least + " to " + most;
  }

  private static String scalar(Class<?> type) {
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == char.class || type == Character.class) {
      return "string of one character";
    }
    if (CharSequence.class.isAssignableFrom(type)) {
      return "string";
    }
    if (type == UUID.class) {
      return "UUID";
    }
    if (type == LocalDate.class) {
      return "date as in 2026-01-31";
    }
    if (type == LocalTime.class) {
      return "time of day as in 23:59:59";
    }
    if (type == LocalDateTime.class) {
      return "date and time as in 2026-01-31T23:59:59";
    }
    if (type == Instant.class || type == OffsetDateTime.class || type == ZonedDateTime.class) {
      return "date and time as in 2026-01-31T23:59:59Z";
    }
    return type == Duration.class ? "duration as in PT1M30S" : "a value that fits";
  }

  /** Of at most 20 of these. */
  static String oneOf(Collection<String> names) {
    return names.size() == 1 ? names.iterator().next() : "one of " + names(names.stream());
  }

  private static String names(Stream<String> names) {
    var all = names.limit(MOST_NAMES + 1).toList();
    String text = all.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
    return all.size() > MOST_NAMES ? text + " …" : text;
  }

  /** As it is written in JSON, which an annotation may have changed. */
  private String text(Object constant) {
    String json = mapper.writeValueAsString(constant);
    return json.startsWith("\"") ? json.substring(1, json.length() - 1) : json;
  }
}
