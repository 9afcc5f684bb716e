package dev.millrace.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;

/**
 * Refuses what would become infinite or NaN: the string "NaN", and 1e999, which is too large for a
 * {@code double}. JSON has no such numbers (RFC 8259, section 6), and they pass checks as in {@code
 * price < 0 || price > 100}.
 */
final class FiniteNumbers extends ValueDeserializerModifier {
  @Override
  public ValueDeserializer<?> modifyDeserializer(
      DeserializationConfig config,
      BeanDescription.Supplier description,
      ValueDeserializer<?> deserializer) {
    Class<?> type = description.getBeanClass();
    boolean floating =
        type == double.class || type == Double.class || type == float.class || type == Float.class;
    return floating ? new Finite(deserializer) : deserializer;
  }

  private static final class Finite extends DelegatingDeserializer {
    Finite(ValueDeserializer<?> delegate) {
      super(delegate);
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegate) {
      return new Finite(delegate);
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
      Object value = super.deserialize(parser, context);
      if (value instanceof Number number && !Double.isFinite(number.doubleValue())) {
        return context.reportInputMismatch(handledType(), "not a finite number");
      }
      return value;
    }
  }
}
