package dev.millrace.docs;

import dev.millrace.Millrace;
import dev.millrace.Server;
import dev.millrace.http.Filter;
import dev.millrace.http.Request;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;

/** What the guide's fragments speak of. They are compiled and never run, so all is left empty. */
public abstract class Shop {
  /** A state of an order. */
  public record Order(String id, String state, int version) {}

  /** What is to be ordered. */
  public record NewOrder(String item, int count) {}

  /** A piece of news. */
  public record News(String text, int id) {}

  /** A price of something. */
  public record Price(String name, double value) {}

  /** Somebody. */
  public record User(String name) {
    /** Whether this one may do everything. */
    public boolean isAdmin() {
      return false;
    }
  }

  /** There is nothing left. */
  public static final class OutOfStock extends RuntimeException {}

  /** What is open until it is closed. */
  public interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /** Waits for changes and gives them out. */
  public interface Updates extends Iterable<Order>, Listening {}

  /** The orders of the shop. */
  public interface Orders {
    List<Order> list();

    Optional<Order> find(String id);

    Order add(NewOrder order);

    Order replace(Order old, Order changed);

    void writeTo(OutputStream out);

    long bytes();

    Stream<String> csvLines();

    Updates subscribe(String id);

    Listening listen(String id, Consumer<Order> listener);
  }

  /** The prices of the shop. */
  public interface Prices {
    Listening listen(Consumer<Price> listener);
  }

  /** All news. */
  public interface Newspaper {
    Stream<News> after(int id);
  }

  /** All users. */
  public interface Users {
    User of(Request request);

    List<User> all();
  }

  /** Takes jobs while it is open. */
  public interface Worker extends Listening {
    Object take() throws InterruptedException;
  }

  /** Jobs to be done. */
  public interface Jobs {
    Worker consumer();
  }

  /** Something that moves. */
  public interface Vehicle {
    Object position();
  }

  /** Where files are kept. */
  public interface Store {
    void put(String name, InputStream content);
  }

  /** What is counted. */
  public interface Metrics {
    void count(int status, long bytes);
  }

  /** What a user may see of themselves. */
  public interface Account {
    String page(Request request);
  }

  /** The shop's bank. */
  public interface Bank {
    boolean isBusy();
  }

  protected Millrace app;
  protected Server server;
  protected Orders orders;
  protected Prices prices;
  protected Newspaper news;
  protected Users users;
  protected Jobs queue;
  protected Vehicle vehicle;
  protected Bank bank;
  protected Account account;
  protected Store store;
  protected Metrics metrics;
  protected Flow.Publisher<Price> readings;
  protected byte[] picture;
  protected Logger log;

  protected Filter members() {
    return (request, next) -> next.handle(request);
  }

  protected String report() {
    return "";
  }
}
