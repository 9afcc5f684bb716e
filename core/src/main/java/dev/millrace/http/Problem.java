package dev.millrace.http;

import dev.millrace.json.JsonText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457): what a program is told when a request fails.
 *
 * @param status the status code
 * @param detail what was wrong with this request; empty where that is nobody's business
 * @param id ties the answer to the server's log; {@code null} where nothing was logged
 */
public record Problem(int status, String detail, @Nullable String id) {

  /** The status' own phrase. */
  public String title() {
    return Statuses.reason(status);
  }

  /** The answer that says this: a page to a browser, {@code application/problem+json} to others. */
  public Response response(Request request) {
    boolean page = Accept.of(request).prefers("text/html", "application/problem+json");
    Response response =
        Response.bytes((page ? html() : json()).getBytes(StandardCharsets.UTF_8))
            .status(status)
            .type(page ? "text/html;charset=utf-8" : "application/problem+json")
            .header("Cache-Control", "no-store");
    return page ? response.header("Content-Security-Policy", "default-src 'none'") : response;
  }

  /** The document as {@code application/problem+json}, for where there is no request to answer. */
  public String json() {
    StringBuilder json = new StringBuilder("{\"type\":\"about:blank\",\"title\":");
    json.append(JsonText.quote(title())).append(",\"status\":").append(status);
    if (!detail.isEmpty()) {
      json.append(",\"detail\":").append(JsonText.quote(detail));
    }
    if (id != null) {
      json.append(",\"id\":").append(JsonText.quote(id));
    }
    return json.append('}').toString();
  }

  private String html() {
    return """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>%1$d %2$s</title>
    <h1>%2$s</h1>
    <p>%3$s</p>
    <p><small>%1$d%4$s</small></p>
    </html>
    """
        .formatted(status, escape(title()), escape(detail), id == null ? "" : " · " + escape(id));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
