package dev.millrace.websocket;

import dev.millrace.http.HttpException;
import dev.millrace.http.Syntax;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code Sec-WebSocket-Extensions} (RFC 6455, section 9.1). What does not follow the grammar
 * fails the handshake, as that section demands: after a misreading, client and server would
 * disagree about what the frames mean.
 */
final class Extensions {

  /** An extension that is offered, with its parameters in order. */
  record Offer(String name, List<Parameter> parameters) {}

  /**
   * A parameter.
   *
   * @param value without quotes; {@code null} when there is none
   */
  record Parameter(String name, @Nullable String value) {}

  private static final String FIELD = "Sec-WebSocket-Extensions";

  private final String text;
  private final List<Offer> offers = new ArrayList<>();
  private int at;

  private Extensions(String text) {
    this.text = text;
  }

  /**
   * All offers, the preferred one first.
   *
   * @throws HttpException 400 when a field does not follow the grammar
   */
  static List<Offer> read(List<String> fields) {
    List<Offer> all = new ArrayList<>();
    for (String field : fields) {
      Extensions one = new Extensions(field);
      one.list();
      all.addAll(one.offers);
    }
    return all;
  }

  private void list() {
    do {
      skipSpace();
      // A list may have empty elements (RFC 9110, section 5.6.1).
      if (at < text.length() && text.charAt(at) != ',') {
        offers.add(offer());
      }
    } while (skip(','));
    if (at < text.length()) {
      throw bad();
    }
  }

  private Offer offer() {
    String name = token();
    List<Parameter> parameters = new ArrayList<>();
    while (skip(';')) {
      skipSpace();
      String parameter = token();
      parameters.add(new Parameter(parameter, skip('=') ? value() : null));
    }
    return new Offer(name, List.copyOf(parameters));
  }

  private String value() {
    skipSpace();
    return at < text.length() && text.charAt(at) == '"' ? quoted() : token();
  }

  /** What is quoted has to be a token, too. */
  private String quoted() {
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      value.append(text.charAt(at));
    }
    if (at == text.length() || !Syntax.isToken(value.toString())) {
      throw bad();
    }
    at++;
    return value.toString();
  }

  private String token() {
    int start = at;
    while (at < text.length() && Syntax.isTokenChar(text.charAt(at))) {
      at++;
    }
    if (at == start) {
      throw bad();
    }
    return text.substring(start, at);
  }

  /** Passes over a separator with the space around it; returns whether it was there. */
  private boolean skip(char separator) {
    skipSpace();
    if (at == text.length() || text.charAt(at) != separator) {
      return false;
    }
    at++;
    return true;
  }

  private void skipSpace() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  private HttpException bad() {
    return new HttpException(
        400,
        "%s: \"%s\" does not follow the grammar at index %d (expected: name; parameter=value, …)"
            .formatted(FIELD, Syntax.printable(text), at));
  }
}
