package dev.millrace.cluster;

/**
 * What a {@link MemoryBackplane} holds at one moment, and what it has let go since its beginning.
 *
 * @param rooms with messages, which {@link MemoryLimits#rooms} bounds
 * @param messages that are kept
 * @param bytes that count for {@link MemoryLimits#bytes}
 * @param retired messages let go for the {@link Retention} of their rooms
 * @param droppedForBytes messages let go because of {@link MemoryLimits#bytes}
 * @param droppedForRooms messages let go because of {@link MemoryLimits#rooms}
 */
public record MemoryStats(
    int rooms,
    long messages,
    long bytes,
    long retired,
    long droppedForBytes,
    long droppedForRooms) {}
