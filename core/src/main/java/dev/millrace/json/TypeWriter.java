package dev.millrace.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.PropertyMetadata;
import tools.jackson.databind.PropertyName;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.introspect.VirtualAnnotatedMember;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.VirtualBeanPropertyWriter;
import tools.jackson.databind.util.Annotations;
import tools.jackson.databind.util.SimpleBeanPropertyDefinition;

/**
 * Writes {@code type} before the components of a sealed interface's record. As a property of the
 * record: Jackson's own machinery for types goes by what a value is declared as, and so leaves it
 * out in a list, whose elements' type is erased.
 */
final class TypeWriter extends VirtualBeanPropertyWriter {
  @Serial private static final long serialVersionUID = 1;

  private final String type;

  private TypeWriter(
      BeanPropertyDefinition property, Annotations annotations, JavaType string, String type) {
    super(property, annotations, string);
    this.type = type;
  }

  @Override
  protected Object value(Object bean, JsonGenerator generator, SerializationContext context) {
    return type;
  }

  @Override
  public void serializeAsProperty(
      Object bean, JsonGenerator generator, SerializationContext context) {
    generator.writeName(_name);
    generator.writeString(type);
  }

  @Override
  public VirtualBeanPropertyWriter withConfig(
      MapperConfig<?> config,
      AnnotatedClass owner,
      BeanPropertyDefinition property,
      JavaType string) {
    return new TypeWriter(property, owner.getAnnotations(), string, type);
  }

  /** Adds the property. */
  static final class Modifier extends ValueSerializerModifier {
    @Serial private static final long serialVersionUID = 1;

    /** The last to be asked, so that it stays first. */
    @Override
    public List<BeanPropertyWriter> orderProperties(
        SerializationConfig config,
        BeanDescription.Supplier description,
        List<BeanPropertyWriter> properties) {
      return TypeNames.of(description.getBeanClass())
          .map(type -> with(writer(type, config, description.getClassInfo()), properties))
          .orElse(properties);
    }

    private static List<BeanPropertyWriter> with(
        TypeWriter type, List<BeanPropertyWriter> properties) {
      List<BeanPropertyWriter> all = new ArrayList<>();
      all.add(type);
      all.addAll(properties);
      return all;
    }

    private static TypeWriter writer(
        String type, SerializationConfig config, AnnotatedClass owner) {
      JavaType string = config.constructType(String.class);
      var member =
          new VirtualAnnotatedMember(owner, owner.getRawType(), TypeNames.PROPERTY, string);
      var property =
          SimpleBeanPropertyDefinition.construct(
              config,
              member,
              PropertyName.construct(TypeNames.PROPERTY),
              PropertyMetadata.STD_REQUIRED,
              JsonInclude.Include.ALWAYS);
      return new TypeWriter(property, owner.getAnnotations(), string, type);
    }
  }
}
