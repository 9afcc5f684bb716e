package dev.millrace.http;

import static dev.millrace.http.Response.html;
import static dev.millrace.http.Response.json;
import static dev.millrace.http.Response.stream;
import static dev.millrace.http.Response.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.json.JsonCodec;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What is told of errors, and what is not. Needs no port. */
class ErrorHandlersTest {
  private final ErrorHandlers errors = new ErrorHandlers();
  private final Request request = request("*/*");

  private static Request request(String accept) {
    return new Request(
        new RequestHead(
            "GET",
            "/",
            "HTTP/1.1",
            "http",
            "localhost",
            Headers.of("Accept", accept),
            InetSocketAddress.createUnresolved("localhost", 1)),
        InputStream.nullInputStream(),
        JsonCodec.standard());
  }

  private static String content(Response response) {
    return new String(((Body.Bytes) response.body()).content(), StandardCharsets.UTF_8);
  }

  /** Of a wire that keeps text, as Server-Sent Events do. */
  private String event(Throwable thrown) {
    Object data =
        errors.eventFor(
            request,
            thrown,
            value -> value instanceof String ? value : JsonCodec.standard().encode(value));
    return data instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : data.toString();
  }

  @Test
  void fieldErrorsAreMembersOfTheProblem() {
    Response response =
        errors.respond(
            request,
            new InvalidException(
                List.of(
                    new FieldError("item", "\"", "not blank"),
                    new FieldError("lines[0].quantity", null, "1 or more"))));
    assertThat(response.status()).isEqualTo(400);
    assertThat(content(response))
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,\"detail\":\"item:"
                + " \\\" (expected: not blank); lines[0].quantity (expected: 1 or more)\","
                + "\"errors\":[{\"field\":\"item\",\"value\":\"\\\"\",\"expected\":\"not blank\"},"
                + "{\"field\":\"lines[0].quantity\",\"expected\":\"1 or more\"}]}");
  }

  @Test
  void thePageListsThemAndLetsNothingRun() {
    Response response =
        errors.respond(
            request("text/html"),
            new InvalidException(
                List.of(new FieldError("<b>", "'\"><script>", "<i>"), FieldError.of("x", "y"))));
    assertThat(response.headers().first("Content-Security-Policy").orElseThrow())
        .matches(
            "default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none';"
                + " form-action 'none'; frame-ancestors 'none'");
    assertThat(content(response))
        .contains("<code>&lt;b&gt;</code>: &#39;&quot;&gt;&lt;script&gt;")
        .contains("Expected: &lt;i&gt;")
        .contains("<code>x</code><span>Expected: y</span>")
        .doesNotContain("<script", "<b>", "<i>");
  }

  @Test
  void anIdThatTheRequestHasIsUsed() {
    request.attribute(RequestId.KEY, "abc");
    assertThat(content(errors.respond(request, new IOException("a secret"))))
        .contains("\"id\":\"abc\"");
    assertThat(event(new IOException("a secret")))
        .isEqualTo("{\"error\":\"Internal Server Error (abc)\"}");
  }

  @Test
  void aStreamIsToldWhatAHandlerAnswers() {
    errors.on(IllegalStateException.class, (r, e) -> json(Map.of("code", 7)).status(409));
    errors.on(ArithmeticException.class, (r, e) -> text("not a number").status(400));
    errors.on(
        ClassCastException.class,
        (r, e) ->
            Response.bytes("{\n\"a\" : 1}".getBytes(StandardCharsets.UTF_8)).type("x/y+json"));
    errors.on(404, (r, problem) -> json(List.of(problem.detail())));
    errors.on(500, (r, problem) -> json(problem.status()));
    assertThat(event(new IllegalStateException())).isEqualTo("{\"code\":7}");
    assertThat(event(new ArithmeticException())).isEqualTo("not a number");
    assertThat(event(new ClassCastException())).isEqualTo("{\"a\":1}");
    assertThat(event(new HttpException(404, "no order 7"))).isEqualTo("[\"no order 7\"]");
    assertThat(event(new IOException("a secret"))).isEqualTo("500");
    assertThat(event(new HttpException(409, "too late"))).isEqualTo("{\"error\":\"too late\"}");
  }

  @Test
  void whatIsNoEventIsAnsweredAsUsual() {
    AtomicBoolean closed = new AtomicBoolean();
    AutoCloseable source = () -> closed.set(true);
    errors.on(IllegalStateException.class, (r, e) -> stream(source));
    errors.on(ArithmeticException.class, (r, e) -> Response.of(409));
    errors.on(ClassCastException.class, (r, e) -> Response.bytes(new byte[] {1}));
    errors.on(IndexOutOfBoundsException.class, (r, e) -> json(new Object()));
    errors.on(UnsupportedOperationException.class, (r, e) -> null);
    errors.on(NumberFormatException.class, (r, e) -> text("{").type("application/json"));
    errors.on(
        NullPointerException.class,
        (r, e) -> {
          throw new AssertionError("a secret");
        });
    for (Throwable thrown :
        new Throwable[] {
          new IllegalStateException(),
          new ArithmeticException(),
          new ClassCastException(),
          new IndexOutOfBoundsException(),
          new UnsupportedOperationException(),
          new NumberFormatException(),
          new NullPointerException(),
          new Error("a secret")
        }) {
      assertThat(event(thrown)).matches("\\{\"error\":\"Internal Server Error \\(\\w+\\)\"}");
    }
    assertThat(closed).isTrue();
  }

  @Test
  void aHandlerMayRefuseInstead() {
    errors.on(
        NullPointerException.class,
        (r, e) -> {
          throw new HttpException(409, "too late").header("Retry-After", "1");
        });
    assertThat(event(new NullPointerException())).isEqualTo("{\"error\":\"too late\"}");
    Response response = errors.respond(request, new NullPointerException());
    assertThat(response.status()).isEqualTo(409);
    assertThat(response.header("Retry-After")).contains("1");
  }

  @Test
  void aHandlerOfAStatusThatFailsGivesTheUsualAnswer() {
    errors.on(404, (r, problem) -> null);
    errors.on(
        409,
        (r, problem) -> {
          throw new IOException("a secret");
        });
    errors.on(410, (r, problem) -> stream("x"));
    assertThat(content(errors.respond(request, new HttpException(404, "a")))).contains("\"a\"");
    assertThat(content(errors.respond(request, new HttpException(409, "b")))).contains("\"b\"");
    assertThat(event(new HttpException(404, "a"))).isEqualTo("{\"error\":\"a\"}");
    assertThat(event(new HttpException(409, "b"))).isEqualTo("{\"error\":\"b\"}");
    assertThat(event(new HttpException(410, ""))).isEqualTo("{\"error\":\"Gone\"}");
  }

  @Test
  void aHandlerThatReturnsNullGivesTheUsualAnswer() {
    errors.on(Exception.class, (r, e) -> null);
    assertThat(errors.respond(request, new IOException("a secret")).status()).isEqualTo(500);
    assertThat(errors.respond(request, new HttpException(404, "a")).status()).isEqualTo(404);
  }

  @Test
  void aPageOfOnesOwnKeepsItsHeaders() {
    errors.on(503, (r, problem) -> html("<h1>Later</h1>"));
    Response response =
        errors.respond(request, new HttpException(503, "full").header("Retry-After", "60"));
    assertThat(response.status()).isEqualTo(503);
    assertThat(response.header("Retry-After")).contains("60");
  }

  @Test
  void aCodecThatFailsStillLeavesAnEvent() {
    Object data =
        errors.eventFor(
            request,
            new HttpException(409, "too late"),
            value -> {
              throw new StackOverflowError("on purpose");
            });
    assertThat((byte[]) data).asString().isEqualTo("{\"error\":\"too late\"}");
  }
}
