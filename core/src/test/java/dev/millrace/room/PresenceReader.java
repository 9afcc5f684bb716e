package dev.millrace.room;

import dev.millrace.json.JsonCodec;
import dev.millrace.room.Presence.Update;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client that is told who is in a room, and keeps its own list. */
final class PresenceReader {
  private final Presence presence;
  int seen;
  int size;

  /** {@code null} when only the number is known. */
  @Nullable Map<String, Object> known;

  final List<String> heard = new ArrayList<>();

  PresenceReader(Presence presence) {
    this.presence = presence;
  }

  static String text(Update update) {
    Payload payload = update.event().payload();
    return payload.name()
        + " "
        + new String(payload.data(), java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Takes everything that there is; what was new. */
  List<String> follow() {
    int before = heard.size();
    for (Update next = presence.after(seen); next != null; next = presence.after(seen)) {
      apply(next);
    }
    if (seen != presence.version()) {
      throw new AssertionError("has had " + seen + " and not " + presence.version());
    }
    return heard.subList(before, heard.size());
  }

  /** Takes one. */
  void apply(Update update) {
    seen = update.version();
    heard.add(text(update));
    Payload payload = update.event().payload();
    Map<?, ?> data = (Map<?, ?>) JsonCodec.standard().decode(payload.data(), Object.class);
    size = (Integer) data.get("size");
    if ("members".equals(payload.name())) {
      known = null;
      if (data.get("members") instanceof List<?> all) {
        known = new LinkedHashMap<>();
        add(all);
      }
    } else if (data.containsKey("joined")) {
      if (known == null) {
        throw new AssertionError("changes without a list: " + text(update));
      }
      for (Object id : (List<?>) data.get("left")) {
        if (known.remove(id) == null) {
          throw new AssertionError("left and was not there: " + text(update));
        }
      }
      add((List<?>) data.get("joined"));
    } else if (known != null) {
      throw new AssertionError("only a number, with a list: " + text(update));
    }
    if (known != null && known.size() != size) {
      throw new AssertionError("size of " + known.keySet() + ": " + text(update));
    }
  }

  private void add(List<?> members) {
    for (Object each : members) {
      Map<?, ?> member = (Map<?, ?>) each;
      known.put((String) member.get("id"), member.get("attributes"));
    }
  }
}
