package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

/** The id of a request. Needs no port. */
class RequestIdTest {
  private static final Next OK = request -> Response.text("ok");

  private static String sent(RequestId filter, Request request) throws Exception {
    return filter.filter(request, OK).header("X-Request-Id").orElseThrow();
  }

  @Test
  void eachRequestHasAnIdOfItsOwn() throws Exception {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      ids.add(sent(RequestId.DEFAULT, RequestValues.of("GET", "/")));
    }
    assertThat(ids).hasSize(1000).allMatch(id -> id.matches("[0-9a-z]{1,13}"));
  }

  @Test
  void theHandlerFindsItAndSoDoesTheLog() throws Exception {
    Request request = RequestValues.of("GET", "/");
    Response response =
        RequestId.DEFAULT.filter(
            request,
            given -> {
              assertThat(MDC.get("request"))
                  .isEqualTo(given.attribute(RequestId.KEY).orElseThrow());
              return Response.noContent();
            });
    assertThat(request.attribute(RequestId.KEY)).isEqualTo(response.header("X-Request-Id"));
    assertThat(MDC.get("request")).isNull();
  }

  @Test
  void theLogsContextIsClearedAlsoByAHandlerThatThrows() {
    assertThatThrownBy(() ->
            RequestId.DEFAULT.filter(
                RequestValues.of("GET", "/"),
                given -> {
                  throw new HttpException(404, "no");
                }))
        .isInstanceOf(HttpException.class);
    assertThat(MDC.get("request")).isNull();
  }

  @Test
  void aClientsIdIsNotTaken() throws Exception {
    assertThat(sent(RequestId.DEFAULT, RequestValues.of("GET", "/", "X-Request-Id", "mine")))
        .isNotEqualTo("mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mine", "a", "A-Z_0.9", "6b1f8d5e-1c55-4a9a-9b0c-0d7c2a0e5d11"})
  void aTrustedProxysIdIsTaken(String id) throws Exception {
    Request request = RequestValues.of("GET", "/", "X-Request-Id", id);
    assertThat(sent(RequestId.DEFAULT.trusted(true), request)).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\tb", "ä", "a,b", "<script>", "${jndi}", "a/b", "..%0a"})
  void anIdThatCouldConfuseALogIsNeverTaken(String id) throws Exception {
    Request request = RequestValues.of("GET", "/", "X-Request-Id", id);
    assertThat(sent(RequestId.DEFAULT.trusted(true), request)).isNotEqualTo(id);
  }

  @Test
  void anIdMayHave64CharactersAndNoMore() throws Exception {
    RequestId trusting = RequestId.DEFAULT.trusted(true);
    String longest = "x".repeat(64);
    assertThat(sent(trusting, RequestValues.of("GET", "/", "X-Request-Id", longest)))
        .isEqualTo(longest);
    assertThat(sent(trusting, RequestValues.of("GET", "/", "X-Request-Id", longest + "x")))
        .hasSizeLessThan(64);
  }

  @Test
  void theOuterOfTwoDecides() throws Exception {
    Handler handler =
        Filters.chain(
            List.of(RequestId.DEFAULT, RequestId.DEFAULT), request -> Response.noContent());
    Request request = RequestValues.of("GET", "/");
    assertThat(handler.handle(request).headers().all("X-Request-Id"))
        .containsExactly(request.attribute(RequestId.KEY).orElseThrow());
  }
}
