package dev.millrace.http;

/**
 * The typed name of an attribute of a {@link Request}. Two keys are the same only if they are one
 * object, so keep it in a constant.
 *
 * @param <T> what is kept under it
 */
public final class Key<T> {
  private final String name;
  private final Class<T> type;

  private Key(String name, Class<T> type) {
    this.name = name;
    this.type = type;
  }

  /**
   * A new key, different from all others.
   *
   * @param name appears in error messages only
   */
  public static <T> Key<T> of(String name, Class<T> type) {
    return new Key<>(name, type);
  }

  T cast(Object value) {
    return type.cast(value);
  }

  @Override
  public String toString() {
    return name + " (" + type.getSimpleName() + ")";
  }
}
