/**
 * Checks what is read from requests by the annotations of Jakarta Validation, with Hibernate
 * Validator.
 *
 * <pre>{@code
 * record NewOrder(@NotBlank String item, @Min(1) int quantity) {}
 *
 * app.post("/orders", request -> json(orders.add(request.body(NewOrder.class))));
 * app.start(ServerOptions.DEFAULT.validator(JakartaValidator.create()));
 * }</pre>
 *
 * <p>A module whose types are checked opens their packages to {@code org.hibernate.validator}.
 */
module dev.millrace.validation {
  requires transitive dev.millrace.core;
  requires transitive jakarta.validation;
  requires org.hibernate.validator;

  exports dev.millrace.validation;
}
