package dev.millrace.http;

import dev.millrace.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457): what a program is told when a request fails.
 *
 * @param status the status code
 * @param detail what was wrong with this request; empty where that is nobody's business
 * @param id ties the answer to the server's log; {@code null} where nothing was logged
 * @param errors the fields that do not fit; empty when it is not about fields
 */
public record Problem(int status, String detail, @Nullable String id, List<FieldError> errors) {

  /** Copies the list. */
  public Problem {
    errors = List.copyOf(errors);
  }

  /** One that is not about fields. */
  public Problem(int status, String detail, @Nullable String id) {
    this(status, detail, id, List.of());
  }

  /** The status' own phrase. */
  public String title() {
    return Statuses.reason(status);
  }

  /** The answer that says this: a page to a browser, {@code application/problem+json} to others. */
  public Response response(Request request) {
    boolean page = Accept.of(request).prefers("text/html", "application/problem+json");
    Response response =
        Response.bytes((page ? ErrorPage.of(this) : json()).getBytes(StandardCharsets.UTF_8))
            .status(status)
            .type(page ? "text/html;charset=utf-8" : "application/problem+json")
            .header("Cache-Control", "no-store");
    return page ? response.header("Content-Security-Policy", ErrorPage.POLICY) : response;
  }

  /**
   * The document as {@code application/problem+json}, for where there is no request to answer.
   * Members of its own beside those of RFC 9457, section 3.1: {@code id}, and {@code errors}, an
   * array of objects with {@code field}, perhaps {@code value}, and {@code expected}.
   */
  public String json() {
    StringBuilder json = new StringBuilder("{\"type\":\"about:blank\",\"title\":");
    json.append(JsonText.quote(title())).append(",\"status\":").append(status);
    if (!detail.isEmpty()) {
      json.append(",\"detail\":").append(JsonText.quote(detail));
    }
    if (id != null) {
      json.append(",\"id\":").append(JsonText.quote(id));
    }
    appendErrors(json);
    return json.append('}').toString();
  }

  /**
   * The same for a stream that has begun: {@code error}, a sentence, and perhaps {@code errors}.
   */
  String event() {
    StringBuilder json = new StringBuilder("{\"error\":").append(JsonText.quote(sentence()));
    appendErrors(json);
    return json.append('}').toString();
  }

  private String sentence() {
    if (!detail.isEmpty()) {
      return detail;
    }
    return id == null ? title() : title() + " (" + id + ")";
  }

  private void appendErrors(StringBuilder json) {
    if (errors.isEmpty()) {
      return;
    }
    json.append(",\"errors\":");
    char before = '[';
    for (FieldError error : errors) {
      json.append(before).append("{\"field\":").append(JsonText.quote(error.field()));
      if (error.value() != null) {
        json.append(",\"value\":").append(JsonText.quote(error.value()));
      }
      json.append(",\"expected\":").append(JsonText.quote(error.expected())).append('}');
      before = ',';
    }
    json.append(']');
  }
}
