package dev.millrace.security;

import dev.millrace.http.Filter;
import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides whether a request may pass, before anything of a response has been sent. So a stream is
 * refused with a real status too.
 *
 * <pre>{@code
 * Guard admin = request -> request.attribute(USER).map(User::isAdmin).orElse(false);
 * Guard owner = request -> request.path("user").equals(name(request));
 *
 * app.guard(admin.or(owner).orElse(404, "there is no such order")).get("/{user}/orders", this::list);
 * }</pre>
 *
 * <p>A guard says no by returning {@code false}, which is a 403 unless {@link #orElse(int, String)}
 * says otherwise, or by throwing an {@link HttpException}, such as a 401 with {@code
 * WWW-Authenticate}. What it throws refuses, however guards are combined: {@link #not()} does not
 * make a yes of it.
 */
@FunctionalInterface
public interface Guard {

  /**
   * Whether the request may pass. Runs on the request's virtual thread and may block.
   *
   * @throws HttpException to refuse with that status
   * @throws Exception anything else is answered with 500: who could not be checked does not pass
   */
  boolean allows(Request request) throws Exception;

  /**
   * What the request is refused with; nothing when it may pass. A refusal may also be thrown, as
   * {@link #allows} does.
   */
  default Optional<HttpException> refusal(Request request) throws Exception {
    return allows(request)
        ? Optional.empty()
        : Optional.of(new HttpException(403, "this is not allowed"));
  }

  /** Allows what both allow. The other is asked only if this one allows; the first no answers. */
  default Guard and(Guard other) {
    return new Guards.Both(this, other);
  }

  /**
   * Allows what one of the two allows. The other is asked only if this one refuses, also by
   * throwing an {@link HttpException} below 500. If both refuse, this one answers.
   */
  default Guard or(Guard other) {
    return new Guards.Either(this, other);
  }

  /** Allows what this does not allow. What this throws stays thrown. */
  default Guard not() {
    return request -> !allows(request);
  }

  /**
   * The same, refusing with another answer than 403. What the guard itself throws stays as it is.
   *
   * @param status 400 to 599
   * @param detail a sentence for the client
   */
  default Guard orElse(int status, String detail) {
    HttpException checked = new HttpException(status, detail);
    return orElse(request -> new HttpException(checked.status(), checked.detail()));
  }

  /** The same, refusing with an answer that is made for the request, with headers of its own. */
  default Guard orElse(Function<Request, HttpException> refusal) {
    return new Guards.Answering(this, refusal);
  }

  /** A filter that refuses what this guard does not allow. */
  default Filter filter() {
    return (request, next) -> {
      Optional<HttpException> refusal = refusal(request);
      if (refusal.isPresent()) {
        throw refusal.get();
      }
      return next.handle(request);
    };
  }
}
