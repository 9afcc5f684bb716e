package dev.millrace.http;

import java.util.List;

/**
 * Chooses between a file and the precompressed ones beside it (RFC 9110, section 12.5.3). Holds the
 * headers of each choice ready.
 */
final class Variants {

  /** A coding, how the names of its files end, and the headers of a response in it. */
  private record Variant(Coding coding, String ending, Headers headers) {}

  private final boolean precompressed;
  private final Headers plain;
  private final Headers varying;

  /** The first is taken of those that a client likes best. */
  private final List<Variant> variants;

  Variants(boolean precompressed, String cacheControl) {
    this.precompressed = precompressed;
    plain = Headers.of("Cache-Control", cacheControl);
    varying = plain.with("Vary", "Accept-Encoding");
    variants =
        List.of(
            variant(Coding.BR, ".br"), variant(Coding.ZSTD, ".zst"), variant(Coding.GZIP, ".gz"));
  }

  private Variant variant(Coding coding, String ending) {
    return new Variant(coding, ending, varying.with("Content-Encoding", coding.token()));
  }

  /** The response with a file, or with the variant of it that the client likes best. */
  Response answer(Request request, FileTree tree, String path, Content file) {
    if (!precompressed || !CodingChoice.isCompressible(file.type())) {
      return Response.content(file).headers(plain);
    }
    AcceptEncoding accepted = AcceptEncoding.of(request);
    double least = accepted.quality("identity");
    double best = 0;
    Content chosen = file;
    Headers headers = varying;
    for (Variant variant : variants) {
      double quality = accepted.quality(variant.coding.token());
      if (quality > best && quality >= least) {
        Content encoded = tree.variant(path, file, variant.ending);
        if (encoded != null) {
          best = quality;
          chosen = encoded;
          headers = variant.headers;
        }
      }
    }
    return Response.content(chosen).headers(headers);
  }
}
