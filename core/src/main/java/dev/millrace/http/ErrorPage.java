package dev.millrace.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * A {@link Problem} for people: a page that loads nothing and runs nothing, light or dark as the
 * browser is set.
 */
final class ErrorPage {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--ink:#1c2127;--soft:#5c6670;--line:#dde2e7;--paper:#fff;--back:#f4f6f8;--mark:#b3261e}
      @media(prefers-color-scheme:dark){:root{--ink:#e8ebee;--soft:#9aa4ae;--line:#333b43;--paper:#1d2227;--back:#14181b;--mark:#ff8a80}}
      *{box-sizing:border-box}
      body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--back);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
      main{width:100%;max-width:38rem;padding:2.5rem;background:var(--paper);border:1px solid var(--line);border-radius:.75rem}
      .status{margin:0;color:var(--mark);font:600 .95rem/1 ui-monospace,monospace;letter-spacing:.1em}
      h1{margin:.5rem 0 0;font-size:1.75rem;line-height:1.2}
      p,li{overflow-wrap:anywhere}
      ul{margin:1.5rem 0 0;padding:0;list-style:none}
      li{padding:.75rem 0;border-top:1px solid var(--line)}
      code{font:.9em ui-monospace,monospace}
      span,footer{color:var(--soft)}
      span{display:block}
      footer{margin-top:1.5rem;font-size:.875rem}
      """;

  /** Only this very style may act; the page can be framed by nobody and sends nothing. */
  static final String POLICY =
      "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
          .formatted(sha256(STYLE));

  private ErrorPage() {}

  static String of(Problem problem) {
    String title = escape(problem.title());
    StringBuilder page = new StringBuilder(2048);
    page.append("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
    page.append("<title>").append(problem.status()).append(' ').append(title).append("</title>\n");
    page.append("<style>").append(STYLE).append("</style>\n<main>\n");
    page.append("<p class=\"status\">").append(problem.status()).append("</p>\n");
    page.append("<h1>").append(title).append("</h1>\n");
    if (!problem.errors().isEmpty()) {
      appendErrors(page, problem);
    } else if (!problem.detail().isEmpty()) {
      page.append("<p>").append(escape(problem.detail())).append("</p>\n");
    }
    if (problem.id() != null) {
      page.append("<footer>Reference <code>");
      page.append(escape(problem.id())).append("</code></footer>\n");
    }
    return page.append("</main>\n</html>\n").toString();
  }

  /** In place of the detail, which says the same in one line. */
  private static void appendErrors(StringBuilder page, Problem problem) {
    page.append("<ul>\n");
    for (FieldError error : problem.errors()) {
      page.append("<li><code>").append(escape(error.field())).append("</code>");
      if (error.value() != null && !error.value().isBlank()) {
        page.append(": ").append(escape(error.value()));
      }
      page.append("<span>Expected: ").append(escape(error.expected())).append("</span></li>\n");
    }
    page.append("</ul>\n");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
