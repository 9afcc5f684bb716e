package dev.millrace.http;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one response is to be encoded. For engines.
 *
 * @param coding {@code null} when it is sent as it is
 * @param headers of the response as it is; with {@code Vary} where another client would have got it
 *     otherwise, without the mark of {@link Response#uncompressed}
 * @param required whether the client refuses the response as it is
 */
public record CodingChoice(@Nullable Coding coding, Headers headers, boolean required) {

  /** For {@code length}: nobody knows it yet. */
  public static final long UNKNOWN = -1;

  /** Types outside text/* and +json, +xml, +text that are not compressed in themselves. */
  private static final Set<String> COMPRESSIBLE =
      Set.of(
          "application/ecmascript",
          "application/graphql",
          "application/javascript",
          "application/json",
          "application/jsonl",
          "application/ndjson",
          "application/rtf",
          "application/sql",
          "application/toml",
          "application/vnd.ms-fontobject",
          "application/wasm",
          "application/x-javascript",
          "application/x-ndjson",
          "application/x-yaml",
          "application/xml",
          "application/xml-dtd",
          "application/yaml",
          "font/otf",
          "font/ttf",
          "image/bmp",
          "image/vnd.microsoft.icon",
          "image/x-icon");

  /**
   * Chooses the coding of a response (RFC 9110, section 12.5.3): the one that the client likes
   * best, or the first of those that it likes as much. Where the client refuses the response as it
   * is and takes a coding, type and length do not matter; where it takes nothing that can be had,
   * it gets the response as it is.
   *
   * @param options what the server is ready to do
   * @param possible codings in the order of preference
   * @param headers of the response
   * @param length of the body in bytes, or {@link #UNKNOWN}
   */
  public static CodingChoice of(
      Compression options,
      List<Coding> possible,
      Request request,
      int status,
      Headers headers,
      long length) {
    String own = headers.first("Content-Encoding").orElse("");
    if (own.equalsIgnoreCase("identity")) {
      return new CodingChoice(null, headers.without("Content-Encoding"), false);
    }
    if (status == 304 && options.enabled()) {
      return new CodingChoice(null, revalidated(possible, request, headers), false);
    }
    if (!options.enabled() || !own.isEmpty() || length == 0) {
      return new CodingChoice(null, headers, false);
    }
    boolean worth =
        (length == UNKNOWN || length >= options.minBytes())
            && isCompressible(headers.first("Content-Type").orElse(""));
    if ((!worth && !mayRefuse(request)) || isFixed(status, headers)) {
      return new CodingChoice(null, headers, false);
    }
    AcceptEncoding accept = AcceptEncoding.of(request);
    double asItIs = accept.quality("identity");
    Coding best = best(possible, accept, asItIs);
    boolean required = asItIs == 0 && best != null;
    if (!worth && !required) {
      return new CodingChoice(null, headers, false);
    }
    return new CodingChoice(best, Vary.add(headers, "Accept-Encoding"), required);
  }

  private static @Nullable Coding best(
      List<Coding> possible, AcceptEncoding accept, double asItIs) {
    Coding best = null;
    double quality = 0;
    for (Coding candidate : possible) {
      double welcome = accept.quality(candidate.token());
      if (welcome > quality && welcome >= asItIs) {
        best = candidate;
        quality = welcome;
      }
    }
    return best;
  }

  /**
   * A 304 has the tag of the response that the client has (RFC 9110, section 15.4.5): the encoded
   * one, if that is what it asked about.
   */
  private static Headers revalidated(List<Coding> possible, Request request, Headers headers) {
    String etag = headers.first("ETag").orElse("");
    for (String asked : request.headers().all("If-None-Match")) {
      for (Coding coding : possible) {
        String tag = coding.tag(etag);
        if (!tag.equals(etag) && asked.contains(tag)) {
          return Vary.add(headers.set("ETag", tag), "Accept-Encoding");
        }
      }
    }
    // What another client gets may be encoded: said of too much rather than of too little.
    return Vary.add(headers, "Accept-Encoding");
  }

  /** Whether the bytes are not ours to change. */
  private static boolean isFixed(int status, Headers headers) {
    return status == 204
        || status == 206
        || status == 304
        || headers.contains("Content-Range")
        || headers.contains("Content-Digest")
        || headers.contains("Repr-Digest")
        || headers.contains("Digest");
  }

  /** Only with a weight can a client refuse what is not encoded. Cheap: most send none. */
  private static boolean mayRefuse(Request request) {
    for (String value : request.headers().all("Accept-Encoding")) {
      if (value.indexOf('=') >= 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether bytes of a type are worth compressing. */
  static boolean isCompressible(String contentType) {
    int end = contentType.indexOf(';');
    String type =
        (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    return type.startsWith("text/")
        || type.endsWith("+json")
        || type.endsWith("+xml")
        || type.endsWith("+text")
        || COMPRESSIBLE.contains(type);
  }

  /**
   * The headers of the encoded response: with {@code Content-Encoding} and an entity tag of its
   * own, without what no longer holds, {@code Content-Length} and {@code Accept-Ranges}.
   */
  public Headers encoded() {
    if (coding == null) {
      return headers;
    }
    Headers result = headers.without("Content-Length").without("Accept-Ranges");
    String etag = result.first("ETag").orElse("");
    if (!etag.isEmpty()) {
      result = result.set("ETag", coding.tag(etag));
    }
    return result.with("Content-Encoding", coding.token());
  }
}
