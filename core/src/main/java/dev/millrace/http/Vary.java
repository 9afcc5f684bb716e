package dev.millrace.http;

/**
 * What of a request has chosen the response: the header {@code Vary} (RFC 9110, section 12.5.5).
 */
public final class Vary {
  private Vary() {}

  /**
   * The same headers, which also say that the response depends on a header of the request. However
   * many there are, they are in one {@code Vary}.
   *
   * @param name of the request's header
   */
  public static Headers add(Headers headers, String name) {
    if (!headers.contains("Vary")) {
      return headers.with("Vary", name);
    }
    String all = String.join(", ", headers.all("Vary"));
    for (String each : all.split(",", -1)) {
      if (each.strip().equalsIgnoreCase(name) || each.strip().equals("*")) {
        return headers;
      }
    }
    return headers.set("Vary", all.isBlank() ? name : all + ", " + name);
  }
}
