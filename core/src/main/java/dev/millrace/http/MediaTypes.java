package dev.millrace.http;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Media types by the ending of a file's name. */
final class MediaTypes {
  static final String BYTES = "application/octet-stream";

  private static final String UTF_8 = ";charset=utf-8";

  /** The type, and the endings that it has. Text is served as UTF-8. */
  private static final String[] TABLE = {
    "text/html html htm",
    "text/css css",
    "text/javascript js mjs cjs",
    "text/plain txt text log conf ini properties",
    "text/csv csv",
    "text/tab-separated-values tsv",
    "text/markdown md markdown",
    "text/xml xml xsd xsl xslt",
    "text/calendar ics",
    "text/vcard vcf",
    "text/vtt vtt",
    "text/yaml yaml yml",
    "application/json json map",
    "application/ld+json jsonld",
    "application/geo+json geojson",
    "application/x-ndjson ndjson",
    "application/jsonl jsonl",
    "application/manifest+json webmanifest",
    "application/xhtml+xml xhtml",
    "application/rss+xml rss",
    "application/atom+xml atom",
    "application/wasm wasm",
    "application/pdf pdf",
    "application/rtf rtf",
    "application/postscript ps eps",
    "application/epub+zip epub",
    "application/zip zip",
    "application/gzip gz tgz",
    "application/zstd zst",
    "application/x-bzip2 bz2",
    "application/x-xz xz",
    "application/x-7z-compressed 7z",
    "application/vnd.rar rar",
    "application/x-tar tar",
    "application/java-archive jar",
    "application/vnd.sqlite3 sqlite sqlite3",
    "application/vnd.android.package-archive apk",
    "application/msword doc",
    "application/vnd.ms-excel xls",
    "application/vnd.ms-powerpoint ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation pptx",
    "application/vnd.oasis.opendocument.text odt",
    "application/vnd.oasis.opendocument.spreadsheet ods",
    "application/vnd.oasis.opendocument.presentation odp",
    "application/vnd.apple.mpegurl m3u8",
    "application/dash+xml mpd",
    "image/png png",
    "image/jpeg jpg jpeg",
    "image/gif gif",
    "image/webp webp",
    "image/avif avif",
    "image/jxl jxl",
    "image/heic heic",
    "image/apng apng",
    "image/bmp bmp",
    "image/tiff tif tiff",
    "image/svg+xml svg",
    "image/x-icon ico cur",
    "audio/mpeg mp3",
    "audio/mp4 m4a",
    "audio/aac aac",
    "audio/ogg ogg oga opus",
    "audio/wav wav",
    "audio/flac flac",
    "audio/webm weba",
    "audio/midi mid midi",
    "video/mp4 mp4 m4v",
    "video/webm webm",
    "video/ogg ogv",
    "video/quicktime mov",
    "video/x-msvideo avi",
    "video/x-matroska mkv",
    "video/mpeg mpeg mpg",
    "video/mp2t ts",
    "font/woff woff",
    "font/woff2 woff2",
    "font/ttf ttf",
    "font/otf otf",
    "model/gltf+json gltf",
    "model/gltf-binary glb",
  };

  private static final Map<String, String> BY_ENDING = byEnding();

  private MediaTypes() {}

  /**
   * The type of a file by its name; {@code application/octet-stream} when the ending is unknown.
   */
  static String of(String fileName) {
    int dot = fileName.lastIndexOf('.');
    String ending = fileName.substring(dot + 1).toLowerCase(Locale.ROOT);
    return dot < 0 ? BYTES : BY_ENDING.getOrDefault(ending, BYTES);
  }

  private static Map<String, String> byEnding() {
    Map<String, String> types = HashMap.newHashMap(160);
    for (String line : TABLE) {
      String[] words = line.split(" ", -1);
      String type = words[0].startsWith("text/") ? words[0] + UTF_8 : words[0];
      for (int i = 1; i < words.length; i++) {
        types.put(words[i], type);
      }
    }
    return Map.copyOf(types);
  }
}
