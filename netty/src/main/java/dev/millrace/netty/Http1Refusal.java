package dev.millrace.netty;

import dev.millrace.http.HttpException;
import dev.millrace.http.Problem;
import dev.millrace.http.Statuses;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** The answer to what no handler may see, after which the connection is closed. */
final class Http1Refusal {
  private Http1Refusal() {}

  /**
   * A whole response with a problem document.
   *
   * @param refusal with headers of its own, such as {@code Retry-After}
   * @param date for the Date header
   */
  static ByteBuf of(HttpException refusal, String date) {
    byte[] problem =
        new Problem(refusal.status(), refusal.detail(), null)
            .json()
            .getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder(200);
    head.append("HTTP/1.1 ").append(refusal.status()).append(' ');
    head.append(Statuses.reason(refusal.status())).append("\r\nDate: ").append(date);
    refusal
        .headers()
        .forEach((name, value) -> head.append("\r\n").append(name).append(": ").append(value));
    head.append("\r\nContent-Type: application/problem+json\r\nContent-Length: ");
    head.append(problem.length).append("\r\nConnection: close\r\n\r\n");
    byte[] ascii = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    return Unpooled.wrappedBuffer(ascii, problem);
  }
}
