package dev.millrace.validation;

import static dev.millrace.http.Response.json;
import static dev.millrace.http.Response.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.http.FieldError;
import dev.millrace.test.TestApp;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Annotations as a server's validator. */
class JakartaValidatorTest {
  record Line(@NotBlank String item, @Min(1) int quantity) {}

  record Order(
      @Size(min = 12) String password,
      @NotNull @Size(min = 1, max = 3) List<@Valid Line> lines,
      Map<String, @Valid Line> byName,
      List<@Email String> mails) {}

  record Odd(@Pattern(regexp = "a+", message = "${1 + 1} {regexp}") String text) {}

  record Free(String text) {}

  record Ticks(@Min(0) int from) {}

  private final JakartaValidator validator = JakartaValidator.create();

  @Test
  void saysEachFieldAndWhatWasExpected() {
    assertThat(
            validator.check(
                new Order(
                    "secret",
                    List.of(new Line("tea", 1), new Line(" ", 0)),
                    Map.of("k", new Line("tea", -1)),
                    List.of("a@b.c", "nobody"))))
        .containsExactly(
            FieldError.of("byName.k.quantity", "greater than or equal to 1"),
            FieldError.of("lines[1].item", "not blank"),
            FieldError.of("lines[1].quantity", "greater than or equal to 1"),
            FieldError.of("mails[1]", "a well-formed email address"),
            FieldError.of("password", "size must be between 12 and 2147483647"));
  }

  @Test
  void whatFitsAndWhatHasNoConstraintsPasses() {
    assertThat(validator.check(new Line("tea", 1))).isEmpty();
    assertThat(validator.check(new Free(null))).isEmpty();
    assertThat(validator.check("text")).isEmpty();
  }

  @Test
  void valuesAreToldOnlyWhenAskedFor() {
    assertThat(validator.withValues().check(new Line("", 0)))
        .containsExactly(
            new FieldError("item", "", "not blank"),
            new FieldError("quantity", "0", "greater than or equal to 1"));
    assertThat(validator.withValues().check(new Order(null, List.of(), null, null)))
        .containsExactly(FieldError.of("lines", "size must be between 1 and 3"));
  }

  @Test
  void theElementsOfABodyThatIsAListOrMapAreChecked() {
    assertThat(validator.check(Arrays.asList(new Line("tea", 1), null, new Line("tea", 0))))
        .containsExactly(FieldError.of("[2].quantity", "greater than or equal to 1"));
    assertThat(validator.check(Map.of("a", new Line("tea", 0))))
        .containsExactly(FieldError.of("a.quantity", "greater than or equal to 1"));
  }

  @Test
  void errorsAreBounded() {
    List<Line> lines = new ArrayList<>(Collections.nCopies(10_000, new Line("", 0)));
    assertThat(validator.check(lines)).hasSize(100);
  }

  @Test
  void expressionsAreNotEvaluated() {
    assertThat(validator.check(new Odd("b"))).containsExactly(FieldError.of("text", "${1 + 1} a+"));
  }

  @Test
  void messagesAreEnglishWhateverTheMachineSpeaks() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertThat(JakartaValidator.create().check(new Ticks(-1)))
          .containsExactly(FieldError.of("from", "greater than or equal to 0"));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aRequestThatDoesNotFitIsRefusedBeforeAStreamStarts() {
    Millrace app = Millrace.create();
    app.post("/lines", request -> json(request.body(Line.class)));
    app.get("/ticks", request -> stream(request.query(Ticks.class).from()));
    var options = ServerOptions.DEFAULT.validator(validator);
    for (TestApp.Protocol protocol : TestApp.Protocol.values()) {
      try (var test = TestApp.onPort(app, protocol, options)) {
        var refused = test.post("/lines", Map.of("item", " ", "quantity", 0));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json(Map.class).get("errors"))
            .isEqualTo(
                List.of(
                    Map.of("field", "item", "expected", "not blank"),
                    Map.of("field", "quantity", "expected", "greater than or equal to 1")));
        assertThat(test.post("/lines", new Line("tea", 1)).status()).isEqualTo(200);
        assertThat(test.get("/ticks?from=-1").status()).isEqualTo(400);
        assertThat(test.get("/ticks?from=3").text()).isEqualTo("data: 3\n\n");
      }
    }
  }
}
