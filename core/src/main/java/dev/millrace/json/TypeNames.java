package dev.millrace.json;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * How the records of a sealed interface are told apart in JSON: by the property {@code type}, which
 * is a record's simple name with its first letter in lower case. Only where all that a sealed
 * interface permits is records, directly or by way of other such interfaces, and where no
 * annotation says that it is read or written in another way.
 */
final class TypeNames {
  static final String PROPERTY = "type";

  private static final ClassValue<Optional<Map<String, Class<?>>>> FAMILIES =
      new ClassValue<>() {
        @Override
        protected Optional<Map<String, Class<?>>> computeValue(Class<?> type) {
          SequencedSet<Class<?>> records = new LinkedHashSet<>();
          return type.isInterface() && collect(type, records)
              ? Optional.of(named(type, records))
              : Optional.empty();
        }
      };

  private static final ClassValue<Optional<String>> NAMES =
      new ClassValue<>() {
        @Override
        protected Optional<String> computeValue(Class<?> type) {
          // All of them are looked at: what is wrong with one is found when any is first used.
          boolean named = false;
          for (Class<?> parent : lineage(type)) {
            named |= type.isRecord() && FAMILIES.get(parent).isPresent();
          }
          return named ? Optional.of(name(type)) : Optional.empty();
        }
      };

  private TypeNames() {}

  /**
   * The records of a sealed interface by their names, in the order that it permits them; empty for
   * a type that is none, or that is not for us.
   *
   * @throws IllegalArgumentException when its records cannot be told apart
   */
  static Optional<Map<String, Class<?>>> family(Class<?> type) {
    Optional<Map<String, Class<?>>> family = FAMILIES.get(type);
    family.ifPresent(records -> records.values().forEach(NAMES::get));
    return family;
  }

  /**
   * What {@code type} is for values of this type; empty when they have no such property.
   *
   * @throws IllegalArgumentException when it cannot be told apart from another
   */
  static Optional<String> of(Class<?> type) {
    return NAMES.get(type);
  }

  /** Whether all leaves are records; adds them. */
  private static boolean collect(Class<?> type, SequencedSet<Class<?>> records) {
    if (isAnnotated(type)) {
      return false;
    }
    if (type.isRecord()) {
      records.add(type);
      return true;
    }
    if (!type.isInterface() || !type.isSealed()) {
      return false;
    }
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      if (!collect(permitted, records)) {
        return false;
      }
    }
    return true;
  }

  private static Map<String, Class<?>> named(Class<?> type, SequencedSet<Class<?>> records) {
    Map<String, Class<?>> byName = new LinkedHashMap<>();
    for (Class<?> leaf : records) {
      refuseOwnType(leaf);
      String name = name(leaf);
      Class<?> other = byName.put(name, leaf);
      if (other != null) {
        throw new IllegalArgumentException(
            ("%s: the JSON \"type\" of %s and of %s is \"%s\""
                    + " (expected: a different one each; rename one, or annotate it with"
                    + " @JsonTypeName)")
                .formatted(type.getName(), other.getName(), leaf.getName(), name));
      }
    }
    return Collections.unmodifiableMap(byName);
  }

  private static void refuseOwnType(Class<?> leaf) {
    for (RecordComponent component : leaf.getRecordComponents()) {
      JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
      String name =
          renamed == null || renamed.value().isEmpty() ? component.getName() : renamed.value();
      if (name.equals(PROPERTY)) {
        throw new IllegalArgumentException(
            ("%s: its component \"type\" is in the place of the JSON property that tells the"
                    + " records of a sealed interface apart (expected: another name; rename it, or"
                    + " annotate it with @JsonProperty, or the interface with @JsonTypeInfo)")
                .formatted(leaf.getName()));
      }
    }
  }

  private static String name(Class<?> leaf) {
    for (Class<?> parent : lineage(leaf)) {
      JsonSubTypes listed = parent.getAnnotation(JsonSubTypes.class);
      if (listed != null) {
        for (JsonSubTypes.Type type : listed.value()) {
          if (type.value() == leaf && !type.name().isEmpty()) {
            return type.name();
          }
        }
      }
    }
    JsonTypeName own = leaf.getAnnotation(JsonTypeName.class);
    if (own != null && !own.value().isEmpty()) {
      return own.value();
    }
    String simple = leaf.getSimpleName();
    int first = simple.codePointAt(0);
    return Character.toString(Character.toLowerCase(first))
        + simple.substring(Character.charCount(first));
  }

  /** Jackson passes annotations of this kind on from an interface to all that implement it. */
  private static boolean isAnnotated(Class<?> type) {
    for (Class<?> parent : lineage(type)) {
      if (parent.isAnnotationPresent(JsonTypeInfo.class)
          || parent.isAnnotationPresent(JsonDeserialize.class)
          || parent.isAnnotationPresent(JsonSerialize.class)) {
        return true;
      }
    }
    return false;
  }

  /** A type and all interfaces above it, the nearest first. */
  private static SequencedSet<Class<?>> lineage(Class<?> type) {
    SequencedSet<Class<?>> all = new LinkedHashSet<>();
    Deque<Class<?>> next = new ArrayDeque<>();
    next.add(type);
    while (!next.isEmpty()) {
      Class<?> one = next.remove();
      if (all.add(one)) {
        Collections.addAll(next, one.getInterfaces());
      }
    }
    return all;
  }
}
