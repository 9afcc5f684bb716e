package dev.millrace.stream;

import java.time.Duration;

/**
 * What a stream has moved.
 *
 * @param bytes encoded by the wire; without the transport's own framing
 * @param events sent, heartbeats and comments not counted
 * @param dropped events that were offered while the reader was too slow
 * @param duration since the handler began
 */
public record StreamStats(long bytes, long events, long dropped, Duration duration) {}
