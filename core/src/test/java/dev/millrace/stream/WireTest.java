package dev.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.http.Accept;
import dev.millrace.http.Headers;
import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import dev.millrace.http.RequestHead;
import dev.millrace.json.JsonCodec;
import java.io.InputStream;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which wire a client gets (RFC 9110, section 12.5.1). Needs no port. */
class WireTest {

  private static Accept accept(String value) {
    Headers headers = value.isEmpty() ? Headers.EMPTY : Headers.of("Accept", value);
    RequestHead head =
        new RequestHead(
            "GET", "/", "http", "localhost", "HTTP/1.1", headers, new InetSocketAddress(0));
    return Accept.of(new Request(head, InputStream.nullInputStream(), JsonCodec.standard()));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                                              | SSE
          */*                                                             | SSE
          text/event-stream                                               | SSE
          text/*                                                          | SSE
          text/html,application/xhtml+xml,*/*;q=0.8                       | SSE
          application/json, text/event-stream                             | SSE
          application/json                                                | JSON_ARRAY
          application/x-ndjson                                            | NDJSON
          application/jsonl                                               | NDJSON
          APPLICATION/X-NDJSON                                            | NDJSON
          text/plain                                                      | RAW
          application/json;q=0.5, application/x-ndjson;q=0.9              | NDJSON
          text/event-stream;q=0, */*                                      | NDJSON
          text/event-stream;q=0.1, text/plain                             | RAW
          application/json, text/plain, */*                               | JSON_ARRAY
          text/plain, */*                                                 | RAW
          nonsense, application/json                                      | JSON_ARRAY
          """)
  void isChosenByTheClient(String value, Wire wire) {
    assertThat(Wire.choose(null, accept(value)).wire()).isEqualTo(wire);
  }

  @ParameterizedTest
  @CsvSource({"text/html", "application/xml", "*/*;q=0", "image/*"})
  void isRefusedWith406WhenNoneFits(String value) {
    assertThatThrownBy(() -> Wire.choose(null, accept(value)))
        .isInstanceOfSatisfying(
            HttpException.class, refusal -> assertThat(refusal.status()).isEqualTo(406));
  }

  @ParameterizedTest
  @CsvSource({
    "text/csv, RAW",
    "application/json, RAW",
    "text/event-stream; charset=utf-8, SSE",
    "application/x-ndjson, NDJSON"
  })
  void isDecidedByTheResponsesOwnType(String type, Wire wire) {
    Wire.Choice choice = Wire.choose(type, accept("image/png"));
    assertThat(choice.wire()).isEqualTo(wire);
    assertThat(choice.contentType()).isEqualTo(type);
  }

  @Test
  void jsonlIsAnsweredAsJsonl() {
    assertThat(Wire.choose(null, accept("application/jsonl")).contentType())
        .isEqualTo("application/jsonl");
  }
}
