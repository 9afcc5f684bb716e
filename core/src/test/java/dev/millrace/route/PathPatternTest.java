package dev.millrace.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a pattern may look like, and what is said of one that may not. Needs no port. */
class PathPatternTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          orders            | path "orders" is not valid: begin it with a slash
          /a/:id            | path "/a/:id" is not valid: write {id} for a parameter
          /files/*          | path "/files/*" is not valid: write {name*} for all that follows
          /a//b             | path "/a//b" is not valid: write one slash, not two
          /a/{x}-{y}        | path "/a/{x}-{y}" is not valid: a parameter is a whole segment: /{name}/
          /a/x{y}           | path "/a/x{y}" is not valid: a parameter is a whole segment: /{name}/
          /a/{}             | path "/a/{}" is not valid: a parameter's name is made of letters, digits and _
          /a/{x y}          | path "/a/{x y}" is not valid: a parameter's name is made of letters, digits and _
          /{x}/{x}          | path "/{x}/{x}" is not valid: give each parameter a name of its own: {x} stands there twice
          /{x*}/b           | path "/{x*}/b" is not valid: {x*} stands for all that follows: put it last
          /a?b=c            | path "/a?b=c" is not valid: leave out the query: read it with request.query(name)
          """)
  void saysHowToWriteIt(String pattern, String message) {
    assertThatThrownBy(() -> PathPattern.parse(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void readsNamesParametersAndTheRest() {
    assertThat(PathPattern.parse("/orders/{id}/files/{path*}").segments())
        .containsExactly(
            new PathPattern.Segment.Name("orders"),
            new PathPattern.Segment.Parameter("id"),
            new PathPattern.Segment.Name("files"),
            new PathPattern.Segment.CatchAll("path"));
  }

  @Test
  void theRootHasNoSegments() {
    assertThat(PathPattern.parse("/").segments()).isEmpty();
  }
}
