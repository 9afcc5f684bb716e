package dev.millrace.http;

import java.util.List;

/**
 * Chooses between a file and the precompressed ones beside it (RFC 9110, section 12.5.3). Holds the
 * headers of each choice ready.
 */
final class Variants {

  /** A coding, how the names of its files end, and the headers of a response in it. */
  private record Coding(String name, String ending, Headers headers) {}

  private final boolean precompressed;
  private final Headers plain;
  private final Headers varying;

  /** The first is taken of those that a client likes best. */
  private final List<Coding> codings;

  Variants(boolean precompressed, String cacheControl) {
    this.precompressed = precompressed;
    plain = Headers.of("Cache-Control", cacheControl);
    varying = plain.with("Vary", "Accept-Encoding");
    codings = List.of(coding("br", ".br"), coding("zstd", ".zst"), coding("gzip", ".gz"));
  }

  private Coding coding(String name, String ending) {
    return new Coding(name, ending, varying.with("Content-Encoding", name));
  }

  /** The response with a file, or with the variant of it that the client likes best. */
  Response answer(Request request, FileTree tree, String path, Content file) {
    if (!precompressed || !MediaTypes.isCompressible(file.type())) {
      return Response.content(file).headers(plain);
    }
    AcceptEncoding accepted = AcceptEncoding.of(request);
    double least = accepted.quality("identity");
    double best = 0;
    Content chosen = file;
    Headers headers = varying;
    for (Coding coding : codings) {
      double quality = accepted.quality(coding.name);
      if (quality > best && quality >= least) {
        Content variant = tree.variant(path, file, coding.ending);
        if (variant != null) {
          best = quality;
          chosen = variant;
          headers = coding.headers;
        }
      }
    }
    return Response.content(chosen).headers(headers);
  }
}
