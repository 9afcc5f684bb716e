package dev.millrace.route;

/**
 * A class with routes of its own, mounted under a prefix:
 *
 * <pre>{@code
 * final class OrderController implements Controller {
 *   @Override
 *   public void routes(Routes routes) {
 *     routes.get("/", this::list);
 *     routes.stream("/{order}/events", this::events);
 *   }
 * }
 * app.mount("/orders", new OrderController(orders));
 * }</pre>
 *
 * <p>Plain objects: whoever builds them, by hand or with a container, hands them over.
 */
@FunctionalInterface
public interface Controller {

  /** Adds the routes; their paths are below the prefix. Called once, when it is mounted. */
  void routes(Routes routes);
}
