package dev.millrace.security;

import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import java.util.Optional;
import java.util.function.Function;

/** Guards that are made of guards. */
final class Guards {
  private Guards() {}

  record Both(Guard first, Guard second) implements Guard {

    @Override
    public boolean allows(Request request) throws Exception {
      return first.allows(request) && second.allows(request);
    }

    @Override
    public Optional<HttpException> refusal(Request request) throws Exception {
      Optional<HttpException> refusal = first.refusal(request);
      return refusal.isPresent() ? refusal : second.refusal(request);
    }
  }

  record Either(Guard first, Guard second) implements Guard {

    @Override
    public boolean allows(Request request) throws Exception {
      HttpException thrown;
      try {
        if (first.allows(request)) {
          return true;
        }
        thrown = null;
      } catch (HttpException e) {
        thrown = refusalIn(e);
      }
      if (second.allows(request)) {
        return true;
      }
      if (thrown != null) {
        throw thrown;
      }
      return false;
    }

    @Override
    public Optional<HttpException> refusal(Request request) throws Exception {
      Optional<HttpException> refusal;
      try {
        refusal = first.refusal(request);
      } catch (HttpException e) {
        refusal = Optional.of(refusalIn(e));
      }
      return refusal.isPresent() && refuses(second, request) ? refusal : Optional.empty();
    }

    private static boolean refuses(Guard guard, Request request) throws Exception {
      try {
        return !guard.allows(request);
      } catch (HttpException e) {
        refusalIn(e);
        return true;
      }
    }

    /** From 500 on it is no verdict: the guard could not decide, and the other must not hide it. */
    private static HttpException refusalIn(HttpException thrown) {
      if (thrown.status() >= 500) {
        throw thrown;
      }
      return thrown;
    }
  }

  record Answering(Guard guard, Function<Request, HttpException> answer) implements Guard {

    @Override
    public boolean allows(Request request) throws Exception {
      return guard.allows(request);
    }

    @Override
    public Optional<HttpException> refusal(Request request) throws Exception {
      return allows(request) ? Optional.empty() : Optional.of(answer.apply(request));
    }
  }
}
