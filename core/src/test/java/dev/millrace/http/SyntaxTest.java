package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Percent escapes (RFC 3986, section 2.1). Needs no port. */
class SyntaxTest {

  @ParameterizedTest
  @CsvSource({"a%20b, a b", "%E2%82%AC, €", "a+b, a+b", "%2F, /", "%41%4a, AJ", "plain, plain"})
  void decodesEscapes(String encoded, String decoded) {
    assertThat(Syntax.percentDecode(encoded, false)).isEqualTo(decoded);
  }

  @ParameterizedTest
  @CsvSource({"a+b, a b", "a%2Bb, a+b", "%2B+, '+ '"})
  void decodesFormsWithPlusAsSpace(String encoded, String decoded) {
    assertThat(Syntax.percentDecode(encoded, true)).isEqualTo(decoded);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%2", "%zz", "a%2", "%-1", "%ff", "%C3%28", "%E2%82"})
  void refusesBrokenEscapesWith400(String encoded) {
    assertThatThrownBy(() -> Syntax.percentDecode(encoded, false))
        .isInstanceOfSatisfying(
            HttpException.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
  }
}
