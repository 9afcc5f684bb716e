package dev.millrace.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.http.Headers;
import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import dev.millrace.http.RequestHead;
import dev.millrace.json.JsonCodec;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The opening handshake (RFC 6455, section 4.2.1; RFC 8441, section 5). Needs no port. */
class HandshakeTest {
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
  private static final Headers GOOD =
      Headers.of(
          "Connection", "keep-alive, Upgrade",
          "Upgrade", "websocket",
          "Sec-WebSocket-Version", "13",
          "Sec-WebSocket-Key", KEY);

  @Test
  void theKeyOfTheStandardIsAnswered() {
    assertThat(Handshake.accept(KEY)).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }

  @Test
  void whatABrowserSendsIsAccepted() {
    assertThatCode(() -> check(GOOD)).doesNotThrowAnyException();
    assertThatCode(() -> check(GOOD.set("Connection", "UPGRADE"))).doesNotThrowAnyException();
    assertThatCode(() -> check(GOOD.set("Connection", "close").with("Connection", ",upgrade ")))
        .doesNotThrowAnyException();
  }

  @Test
  void aRequestForNoWebSocketIsToldToAskForOne() {
    HttpException refusal =
        refusal(request("HTTP/1.1", null, GOOD.without("Upgrade").without("Connection")));
    assertThat(refusal.status()).isEqualTo(426);
    assertThat(refusal.headers())
        .isEqualTo(
            Headers.of(
                "Sec-WebSocket-Version", "13", "Upgrade", "websocket", "Connection", "Upgrade"));
  }

  @Test
  void anUpgradeHasToBeListedInConnection() {
    assertThat(refusal(GOOD.without("Connection")).status()).isEqualTo(400);
    assertThat(refusal(GOOD.set("Connection", "keep-alive, upgrades")).status()).isEqualTo(400);
  }

  @Test
  void aMissingVersionIsTold() {
    HttpException refusal = refusal(GOOD.without("Sec-WebSocket-Version"));
    assertThat(refusal.status()).isEqualTo(400);
    assertThat(refusal.headers().first("Sec-WebSocket-Version")).hasValue("13");
    assertThat(refusal(GOOD.with("Sec-WebSocket-Version", "13")).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"8", "0", "14", "013", "13, 8", "thirteen", ""})
  void anotherVersionIsToldWhichThereIs(String version) {
    HttpException refusal = refusal(GOOD.set("Sec-WebSocket-Version", version));
    assertThat(refusal.status()).isEqualTo(426);
    assertThat(refusal.headers().first("Sec-WebSocket-Version")).hasValue("13");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZQ=",
        "dGhlIHNhbXBsZSBub25jZQ==,",
        "dGhlIHNhbXBsZSBub25jZTE=",
        "dGhlIHNhbXBsZSBub25jZTEy",
        "dGhlIHNhbXBsZSBub25j====",
        "dGhlIHNhbXBsZSBu b25jZQ=",
        "dGhl-HNhbXBsZSBub25jZQ==",
        "c2hvcnQ=",
      })
  void aKeyIs16BytesInBase64(String key) {
    assertThat(refusal(GOOD.set("Sec-WebSocket-Key", key)).status()).isEqualTo(400);
  }

  @Test
  void aKeyIsThereOnce() {
    assertThat(refusal(GOOD.without("Sec-WebSocket-Key")).status()).isEqualTo(400);
    assertThat(refusal(GOOD.with("Sec-WebSocket-Key", KEY)).status()).isEqualTo(400);
  }

  @Test
  void onHttp2OnlyTheVersionIsLookedAt() {
    Headers version = Headers.of("sec-websocket-version", "13");
    assertThatCode(() -> Handshake.check(request("HTTP/2", "websocket", version)))
        .doesNotThrowAnyException();
    assertThat(refusal(request("HTTP/2", "websocket", Headers.EMPTY)).status()).isEqualTo(400);
    Headers other = Headers.of("sec-websocket-version", "12");
    assertThat(refusal(request("HTTP/2", "websocket", other)).headers())
        .isEqualTo(Headers.of("Sec-WebSocket-Version", "13"));
    HttpException none = refusal(request("HTTP/2", null, version));
    assertThat(none.status()).isEqualTo(426);
    assertThat(none.headers()).isEqualTo(Headers.of("Sec-WebSocket-Version", "13"));
  }

  @Test
  void subprotocolsMayStandInOneFieldOrSeveral() {
    Headers fields =
        Headers.of(
            "Sec-WebSocket-Protocol", "chat.v2, ,chat.v1", "sec-websocket-protocol", "millrace.v1");
    assertThat(Handshake.offered(request("HTTP/1.1", "websocket", fields)))
        .containsExactly("chat.v2", "chat.v1", "millrace.v1");
    assertThat(Handshake.offered(request("HTTP/1.1", "websocket", GOOD))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"a b", "a, b/c", "a, a", "\"a\"", "ä"})
  void whatIsNoListOfDifferentTokensIsRefused(String value) {
    Request request = request("HTTP/1.1", "websocket", Headers.of("Sec-WebSocket-Protocol", value));
    assertThatThrownBy(() -> Handshake.offered(request))
        .isInstanceOfSatisfying(
            HttpException.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
  }

  private static void check(Headers headers) {
    Handshake.check(request("HTTP/1.1", "websocket", headers));
  }

  private static HttpException refusal(Headers headers) {
    return refusal(request("HTTP/1.1", "websocket", headers));
  }

  private static HttpException refusal(Request request) {
    HttpException refusal =
        catchThrowableOfType(HttpException.class, () -> Handshake.check(request));
    assertThat(refusal).isNotNull();
    return refusal;
  }

  private static Request request(String protocol, @Nullable String upgrade, Headers headers) {
    RequestHead head =
        new RequestHead(
            "GET",
            "/",
            "http",
            "localhost",
            protocol,
            headers,
            InetSocketAddress.createUnresolved("localhost", 1),
            upgrade);
    return new Request(head, null, JsonCodec.standard());
  }
}
