package dev.millrace.netty;

import dev.millrace.engine.Counters;
import dev.millrace.engine.Limit;
import dev.millrace.http.HttpException;
import dev.millrace.http.Limits;

/**
 * The limits of request heads; whoever is over one is counted.
 *
 * @param limits the numbers
 * @param counters where refusals are counted
 */
record HeadLimits(Limits limits, Counters counters) {

  /** Counts and makes a refusal. */
  HttpException over(Limit limit, int status, String detail) {
    counters.count(limit);
    return new HttpException(status, detail);
  }

  /**
   * Checks the length of a target.
   *
   * @throws HttpException 414
   */
  void target(int bytes) {
    if (bytes > limits.urlBytes()) {
      throw over(Limit.URL, 414, "the request target is over " + limits.urlBytes() + " bytes");
    }
  }

  /**
   * Checks the number of header fields.
   *
   * @throws HttpException 431 (RFC 6585, section 5)
   */
  void fields(int number) {
    if (number > limits.headerFields()) {
      throw over(
          Limit.HEADER_FIELDS, 431, "there are over " + limits.headerFields() + " header fields");
    }
  }
}
