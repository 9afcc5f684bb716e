package dev.millrace.security;

import dev.millrace.http.Filter;
import dev.millrace.http.HttpException;
import dev.millrace.http.Request;

/** Decides whether a request may pass, before anything of a response has been sent. */
@FunctionalInterface
public interface Guard {

  /** Whether the request may pass. May block. */
  boolean allows(Request request) throws Exception;

  /** A filter that refuses with 403 what this guard does not allow. */
  default Filter filter() {
    return (request, next) -> {
      if (!allows(request)) {
        throw new HttpException(403, "this is not allowed");
      }
      return next.handle(request);
    };
  }
}
