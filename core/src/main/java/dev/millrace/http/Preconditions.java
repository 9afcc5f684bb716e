package dev.millrace.http;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request's conditions say (RFC 9110, section 13). Every response of 200 to GET or HEAD that
 * carries an {@code ETag} or {@code Last-Modified} is tried against them by the server. A handler
 * that changes something asks itself, before it does:
 *
 * <pre>{@code
 * app.put("/orders/{id}", request -> {
 *   var order = orders.find(request.path("id"));
 *   if (Preconditions.of(request, Headers.of("ETag", order.etag())) == Preconditions.FAILED) {
 *     throw new HttpException(412, "the order has changed in between");
 *   }
 *   …
 * });
 * }</pre>
 */
public enum Preconditions {
  /** There are none, or they hold. */
  PROCEED,
  /** The client has it already: 304. Only for GET and HEAD. */
  NOT_MODIFIED,
  /** They do not hold: 412. */
  FAILED;

  /**
   * Tries a request's conditions, in the order of section 13.2.2: {@code If-Match}, or else {@code
   * If-Unmodified-Since}; then {@code If-None-Match}, or else {@code If-Modified-Since}. A date
   * that is malformed is ignored, as is one where nothing is known to compare it with. Reads
   * nothing but the headers.
   *
   * <p>A tag of the client's with a suffix for a coding, as responses get that are compressed on
   * their way ({@code "7-gzip"}), is taken for the tag without it.
   *
   * @param current the {@code ETag} and {@code Last-Modified} of what there is now
   */
  public static Preconditions of(Request request, Headers current) {
    Headers asked = request.headers();
    String tag = current.first("ETag").orElse(null);
    Instant modified = date(current, "Last-Modified");
    if (asked.contains("If-Match")) {
      if (!lists(asked, "If-Match", tag, true)) {
        return FAILED;
      }
    } else if (modified != null) {
      Instant unmodifiedSince = date(asked, "If-Unmodified-Since");
      if (unmodifiedSince != null && modified.isAfter(unmodifiedSince)) {
        return FAILED;
      }
    }
    boolean reading = isReading(request);
    if (asked.contains("If-None-Match")) {
      boolean known = lists(asked, "If-None-Match", tag, false);
      return !known ? PROCEED : reading ? NOT_MODIFIED : FAILED;
    }
    if (reading && modified != null) {
      Instant modifiedSince = date(asked, "If-Modified-Since");
      if (modifiedSince != null && !modified.isAfter(modifiedSince)) {
        return NOT_MODIFIED;
      }
    }
    return PROCEED;
  }

  /**
   * Tries a request's conditions against its response.
   *
   * @return a 304 or a 412 in its place; the response itself when that is to be sent, or when it is
   *     not one of 200 to GET or HEAD with bytes or JSON. Files are tried by {@link Selection#of}
   */
  public static Response apply(Request request, Response response) {
    boolean tried =
        response.status() == 200
            && isReading(request)
            && (response.body() instanceof Body.Bytes || response.body() instanceof Body.Json)
            && (response.headers().contains("ETag")
                || response.headers().contains("Last-Modified"));
    if (!tried) {
      return response;
    }
    return switch (of(request, response.headers())) {
      case PROCEED -> response;
      case NOT_MODIFIED -> Response.of(304).headers(notModified(request, response.headers()));
      case FAILED -> failed(request, response.headers());
    };
  }

  static boolean isReading(Request request) {
    return request.method().equals("GET") || request.method().equals("HEAD");
  }

  /**
   * A problem in place of a response whose headers are known: what describes the body that is not
   * sent goes, what filters have added stays.
   */
  static Response refusal(Request request, int status, String detail, Headers headers) {
    Response refusal = new Problem(status, detail, null).response(request);
    Headers[] all = {withoutBody(headers)};
    for (String name : new String[] {"ETag", "Last-Modified", "Expires", "Cache-Control"}) {
      all[0] = all[0].without(name);
    }
    refusal.headers().forEach((name, value) -> all[0] = all[0].set(name, value));
    return refusal.headers(all[0]);
  }

  static Response failed(Request request, Headers headers) {
    return refusal(request, 412, "the conditions of the request do not hold", headers);
  }

  /**
   * What of a response's headers a 304 has (RFC 9110, section 15.4.5): nothing that describes a
   * body, since caches would take it for the one that they have. Who has an encoded variant is told
   * its tag, by which a cache finds what it has (RFC 9111, section 4.3.4).
   */
  static Headers notModified(Request request, Headers headers) {
    Headers kept = withoutBody(headers);
    String tag = kept.first("ETag").orElse(null);
    if (tag == null) {
      return kept;
    }
    String known = find(request.headers().all("If-None-Match"), tag, false);
    kept = kept.without("Last-Modified");
    return known == null || EntityTag.weak(known, tag) ? kept : kept.set("ETag", known);
  }

  static Headers withoutBody(Headers headers) {
    List<String> kept = new ArrayList<>(headers.size() * 2);
    headers.forEach((name, value) -> {
      if (!describesBody(name)) {
        kept.add(name);
        kept.add(value);
      }
    });
    return Headers.parsed(kept.toArray(String[]::new));
  }

  private static boolean describesBody(String name) {
    if (name.equalsIgnoreCase("Accept-Ranges")) {
      return true;
    }
    return name.regionMatches(true, 0, "Content-", 0, 8)
        && !name.equalsIgnoreCase("Content-Location")
        && !name.regionMatches(true, 0, "Content-Security-Policy", 0, 23);
  }

  private static boolean lists(Headers asked, String name, @Nullable String tag, boolean strong) {
    List<String> values = asked.all(name);
    if (values.size() == 1 && values.getFirst().trim().equals("*")) {
      return true; // there is something: it is just being answered
    }
    return tag != null && find(values, tag, strong) != null;
  }

  private static @Nullable String find(List<String> values, String tag, boolean strong) {
    for (String value : values) {
      String found = EntityTag.find(value, tag, strong);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** The date of a header; {@code null} when there is none, or several, or it is no date. */
  static @Nullable Instant date(Headers headers, String name) {
    if (!headers.contains(name)) {
      return null;
    }
    List<String> values = headers.all(name);
    return values.size() == 1 ? HttpDate.parse(values.getFirst().trim()) : null;
  }
}
