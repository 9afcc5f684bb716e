package dev.millrace.demo.examples;

import static dev.millrace.http.Response.json;

import dev.millrace.http.Check;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.route.Routes;

/** A body that is checked before anybody works with it. */
final class Orders implements Shown {

  // <orders>
  record Order(String item, int quantity, String email) {
    Order {
      Check.that("item", item, it -> !it.isBlank(), "not blank")
          .and("quantity", quantity, quantity >= 1 && quantity <= 100, "1 to 100")
          .and("email", email, it -> it.matches(".+@.+"), "as in ada@example.org")
          .done();
    }
  }

  // </orders>

  @Override
  public Example about() {
    return Example.plain(
        Orders.class,
        "orders",
        "A form that is checked",
        "The record’s own constructor checks it, so no wrong order exists. Every field that does "
            + "not fit is told at once, as a problem document.",
        "POST",
        "/orders",
        "form");
  }

  @Override
  public void routes(Routes routes) {
    // <orders>
    routes.post("/orders", this::order);
    // </orders>
  }

  // <orders>
  private Response order(Request request) {
    var order = request.body(Order.class);
    return json(order).status(201);
  }
  // </orders>
}
