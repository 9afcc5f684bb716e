package dev.millrace.room;

/**
 * A room on this node.
 *
 * @param members streams that have joined
 * @param messages that are kept
 * @param bytes of their payloads
 * @param overtaken how often the log has overtaken a reader
 * @param skipped messages that readers were not given, because of what {@link SlowReaders} says
 * @param disconnected readers that were disconnected for being too slow
 * @param waited how often a sender has waited for readers
 */
public record RoomStats(
    int members,
    int messages,
    long bytes,
    long overtaken,
    long skipped,
    long disconnected,
    long waited) {}
