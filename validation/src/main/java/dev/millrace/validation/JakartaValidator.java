package dev.millrace.validation;

import dev.millrace.http.FieldError;
import dev.millrace.http.Validator;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Validation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.jspecify.annotations.Nullable;

/**
 * Checks by the annotations of Jakarta Validation 3.1: {@code @NotBlank}, {@code @Min},
 * {@code @Valid} for what lies deeper, and constraints of one's own.
 *
 * <pre>{@code
 * record NewOrder(@NotBlank String item, @Min(1) int quantity, List<@Valid Note> notes) {}
 *
 * app.start(ServerOptions.DEFAULT.validator(JakartaValidator.create()));
 * }</pre>
 *
 * <p>The elements of a list, set or map that is itself the body are checked too. At most 100 errors
 * are told, in the order of their fields. Constraints' messages are English, {@code {parameters}}
 * in them are filled in, and expressions ({@code ${…}}) are left as they are: no Expression
 * Language is needed, and what clients send is never evaluated. Types without constraints cost one
 * lookup.
 *
 * <p>Safe for use by many threads at once. Does not block, unless a constraint does.
 */
public final class JakartaValidator implements Validator {
  private static final int MOST = 100;

  private final jakarta.validation.Validator validator;
  private final boolean values;

  private JakartaValidator(jakarta.validation.Validator validator, boolean values) {
    this.validator = validator;
    this.values = values;
  }

  /**
   * A validator that tells fields and what was expected, but not what clients have sent: it cannot
   * know which fields are secrets.
   */
  public static JakartaValidator create() {
    // Never closed: it holds memory only, and lives as long as the server.
    @SuppressWarnings("MustBeClosedChecker")
    var factory =
        Validation.byProvider(HibernateValidator.class)
            .configure()
            .messageInterpolator(
                new ParameterMessageInterpolator(Set.of(Locale.ENGLISH), Locale.ENGLISH, false))
            .buildValidatorFactory();
    return of(factory.getValidator());
  }

  /** The same with a validator of the caller's, made as it likes. */
  public static JakartaValidator of(jakarta.validation.Validator validator) {
    return new JakartaValidator(validator, false);
  }

  /**
   * The same, telling also the values: texts, numbers and the like, cut at 80 characters. For types
   * without secrets, since a value that is refused may appear on a page and in clients' logs.
   */
  public JakartaValidator withValues() {
    return new JakartaValidator(validator, true);
  }

  @Override
  public List<FieldError> check(Object value) {
    List<FieldError> errors = new ArrayList<>();
    switch (value) {
      case Iterable<?> elements -> {
        int index = 0;
        for (Object element : elements) {
          add("[" + index++ + "]", element, errors);
        }
      }
      case Map<?, ?> map -> map.forEach((key, element) -> add(key.toString(), element, errors));
      default -> add("", value, errors);
    }
    return List.copyOf(errors);
  }

  private void add(String place, @Nullable Object value, List<FieldError> errors) {
    if (value == null || errors.size() >= MOST) {
      return;
    }
    validator.validate(value).stream()
        .map(violation -> error(place, violation))
        .sorted(Comparator.comparing(FieldError::field).thenComparing(FieldError::expected))
        .limit(MOST - errors.size())
        .forEach(errors::add);
  }

  private FieldError error(String place, ConstraintViolation<?> violation) {
    String field = field(place, violation.getPropertyPath());
    String expected = expected(violation.getMessage());
    return values
        ? FieldError.of(field, violation.getInvalidValue(), expected)
        : FieldError.of(field, expected);
  }

  /**
   * As fields are named everywhere else: the library writes byName[k] and mails[1].<list element>.
   */
  private static String field(String place, Path path) {
    StringBuilder field = new StringBuilder(place);
    for (Path.Node node : path) {
      if (node.isInIterable()) {
        if (node.getKey() != null) {
          append(field, node.getKey().toString());
        } else if (node.getIndex() != null) {
          field.append('[').append(node.getIndex()).append(']');
        }
      }
      if (node.getKind() == ElementKind.PROPERTY) {
        append(field, node.getName());
      }
    }
    return field.toString();
  }

  private static void append(StringBuilder field, String name) {
    field.append(field.isEmpty() ? "" : ".").append(name);
  }

  /** "must be 1 or more" is a sentence about the value; what is expected is "1 or more". */
  private static String expected(String message) {
    if (message.startsWith("must not be ")) {
      return "not " + message.substring("must not be ".length());
    }
    return message.startsWith("must be ") ? message.substring("must be ".length()) : message;
  }
}
