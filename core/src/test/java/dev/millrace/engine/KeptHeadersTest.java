package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.http.Headers;
import dev.millrace.http.Response;
import org.junit.jupiter.api.Test;

/** What an error takes over from the response whose place it takes. Needs no port. */
class KeptHeadersTest {

  @Test
  void whatFiltersHaveAddedStaysAndWhatDescribedTheContentGoes() {
    Response error =
        Response.text("no").status(401).header("X-Own", "error").header("Vary", "Accept");
    Headers replaced =
        Headers.of(
            "Content-Type", "text/event-stream",
            "cache-control", "no-cache",
            "Access-Control-Allow-Origin", "https://app.example",
            "x-own", "stream",
            "Vary", "Accept",
            "vary", "Origin",
            "Set-Cookie", "a=1",
            "Set-Cookie", "b=2");
    assertThat(KeptHeaders.onto(error, replaced).headers())
        .isEqualTo(
            Headers.of(
                "Content-Type", "text/plain;charset=utf-8",
                "X-Own", "error",
                "Vary", "Accept",
                "Access-Control-Allow-Origin", "https://app.example",
                "vary", "Origin",
                "Set-Cookie", "a=1",
                "Set-Cookie", "b=2"));
  }
}
