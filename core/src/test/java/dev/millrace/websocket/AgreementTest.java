package dev.millrace.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.http.HttpException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Offers of permessage-deflate (RFC 7692, section 7.1) and what is answered. Needs no port. */
class AgreementTest {
  private static final Deflate ALL = Deflate.ON.serverContext(true).clientContext(true);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "permessage-deflate | permessage-deflate",
        "permessage-deflate; client_max_window_bits | permessage-deflate",
        "permessage-deflate; client_max_window_bits=15 | permessage-deflate",
        "permessage-deflate; client_max_window_bits=9 | permessage-deflate;"
            + " client_max_window_bits=9",
        "permessage-deflate; client_max_window_bits=\"9\" | permessage-deflate;"
            + " client_max_window_bits=9",
        "permessage-deflate; server_max_window_bits=15 | permessage-deflate;"
            + " server_max_window_bits=15",
        "permessage-deflate; server_max_window_bits=8 | permessage-deflate;"
            + " server_max_window_bits=8",
        "permessage-deflate; server_no_context_takeover | permessage-deflate;"
            + " server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover | permessage-deflate;"
            + " client_no_context_takeover",
        "permessage-deflate;server_max_window_bits=10;client_max_window_bits | permessage-deflate;"
            + " server_max_window_bits=10",
        "\tpermessage-deflate ;\tserver_max_window_bits = 10\t, | permessage-deflate;"
            + " server_max_window_bits=10",
        ",, permessage-deflate | permessage-deflate",
        "x-webkit-deflate-frame, permessage-deflate | permessage-deflate",
        "permessage-bzip2; level=9; name=\"a\\b\", permessage-deflate | permessage-deflate",
        "permessage-deflate; server_max_window_bits=10, permessage-deflate | permessage-deflate;"
            + " server_max_window_bits=10",
        "permessage-deflate; unknown, permessage-deflate; client_no_context_takeover |"
            + " permessage-deflate; client_no_context_takeover",
      })
  void theFirstOfferThatCanBeHeldToIsAccepted(String offers, String answer) {
    assertThat(Agreement.of(List.of(offers), ALL))
        .isNotNull()
        .extracting(Agreement::header)
        .isEqualTo(answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "permessage-bzip2",
        "Permessage-Deflate",
        "permessage-deflate; unknown",
        "permessage-deflate; unknown=1",
        "permessage-deflate; Server_No_Context_Takeover",
        "permessage-deflate; server_no_context_takeover=true",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=08",
        "permessage-deflate; server_max_window_bits=+9",
        "permessage-deflate; server_max_window_bits=ten",
        "permessage-deflate; server_max_window_bits=9999999999999999999999",
        "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=16",
        "permessage-deflate; client_max_window_bits=010",
        "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
      })
  void anOfferThatCannotBeHeldToIsDeclined(String offers) {
    assertThat(Agreement.of(List.of(offers), ALL)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ";",
        "permessage-deflate;",
        "permessage-deflate permessage-deflate",
        "permessage-deflate; a=",
        "permessage-deflate; =1",
        "permessage-deflate; a=\"1",
        "permessage-deflate; a=\"\"",
        "permessage-deflate; a=\"1 2\"",
        "permessage-deflate; a=\"1\\",
        "permessage-deflate; a=1=2",
        "permessage-deflate; a b",
        "\"permessage-deflate\"",
        "permessage-déflate",
      })
  void whatDoesNotFollowTheGrammarFailsTheHandshake(String offers) {
    assertThatThrownBy(() -> Agreement.of(List.of(offers), ALL))
        .isInstanceOfSatisfying(
            HttpException.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
  }

  @Test
  void bothSidesForgetUnlessTheOptionsSayOtherwise() {
    Agreement agreement =
        Agreement.of(List.of("permessage-deflate; client_max_window_bits"), Deflate.ON);
    assertThat(agreement)
        .isEqualTo(
            new Agreement(
                false,
                false,
                15,
                15,
                128,
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover"));
  }

  @Test
  void theSmallerWindowOfOfferAndOptionsHolds() {
    Deflate options = ALL.serverBits(11).clientBits(12).minBytes(7);
    String offer = "permessage-deflate; client_max_window_bits=";
    assertThat(Agreement.of(List.of(offer + "10; server_max_window_bits=9"), options))
        .isEqualTo(
            new Agreement(
                true,
                true,
                9,
                10,
                7,
                "permessage-deflate; server_max_window_bits=9; client_max_window_bits=10"));
    assertThat(Agreement.of(List.of(offer + "13; server_max_window_bits=12"), options))
        .isEqualTo(
            new Agreement(
                true,
                true,
                11,
                12,
                7,
                "permessage-deflate; server_max_window_bits=11; client_max_window_bits=12"));
  }

  @Test
  void aClientThatDoesNotOfferToHoldToAWindowIsNotAskedTo() {
    Agreement agreement = Agreement.of(List.of("permessage-deflate"), ALL.clientBits(9));
    assertThat(agreement).isNotNull();
    assertThat(agreement.header()).isEqualTo("permessage-deflate");
    assertThat(agreement.clientBits()).isEqualTo(15);
  }

  @Test
  void theServersOwnWindowIsToldThoughNobodyAsked() {
    Agreement agreement = Agreement.of(List.of("permessage-deflate"), ALL.serverBits(10));
    assertThat(agreement).isNotNull();
    assertThat(agreement.header()).isEqualTo("permessage-deflate; server_max_window_bits=10");
  }

  @Test
  void offersMayStandInSeveralFields() {
    List<String> fields =
        List.of("permessage-deflate; a", "permessage-deflate; server_max_window_bits=9");
    Agreement agreement = Agreement.of(fields, ALL);
    assertThat(agreement).isNotNull();
    assertThat(agreement.serverBits()).isEqualTo(9);
  }

  @Test
  void nothingIsAgreedOnWhenCompressionIsOff() {
    assertThat(Agreement.of(List.of("permessage-deflate"), Deflate.OFF)).isNull();
  }

  @Test
  void optionsAreChecked() {
    assertThatThrownBy(() -> Deflate.ON.serverBits(7))
        .hasMessage("serverBits: 7 (expected: 8 to 15)");
    assertThatThrownBy(() -> Deflate.ON.clientBits(16))
        .hasMessage("clientBits: 16 (expected: 8 to 15)");
    assertThatThrownBy(() -> Deflate.ON.minBytes(-1))
        .hasMessage("minBytes: -1 (expected: at least 0)");
    assertThat(Deflate.OFF.enabled(true)).isEqualTo(Deflate.ON);
  }
}
