package dev.millrace.json;

import java.io.Serial;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.BeanDeserializerBuilder;
import tools.jackson.databind.deser.DeserializationProblemHandler;
import tools.jackson.databind.deser.ValueDeserializerModifier;

/**
 * Looks at the property {@code type} of a record that is read as itself and not as its sealed
 * interface: it need not be there, but must not be that of another.
 */
final class OwnType extends DeserializationProblemHandler {
  @Override
  public boolean handleUnknownProperty(
      DeserializationContext context,
      JsonParser parser,
      ValueDeserializer<?> reader,
      Object beanOrClass,
      String name) {
    if (name.equals(TypeNames.PROPERTY)) {
      Class<?> owner = reader.handledType();
      TypeNames.of(owner).ifPresent(type -> check(parser, owner, type));
    }
    return false;
  }

  private static void check(JsonParser parser, Class<?> owner, String type) {
    if (parser.currentToken() != JsonToken.VALUE_STRING || !type.equals(parser.getString())) {
      throw TypeFault.misfit(parser, owner, type);
    }
  }

  /**
   * Lets only such records have unknown properties handled: before Jackson asks a handler it has
   * copied what it would otherwise skip.
   */
  static final class Modifier extends ValueDeserializerModifier {
    @Serial private static final long serialVersionUID = 1;

    @Override
    public BeanDeserializerBuilder updateBuilder(
        DeserializationConfig config,
        BeanDescription.Supplier description,
        BeanDeserializerBuilder builder) {
      if (TypeNames.of(description.getBeanClass()).isEmpty()) {
        builder.setIgnoreUnknownProperties(true);
      }
      return builder;
    }
  }
}
