package dev.millrace.room;

import dev.millrace.stream.Event;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream begins in a room.
 *
 * @param from the sequence of the first message that is for it
 * @param gap what it is told first; {@code null} for nothing
 */
record Start(long from, @Nullable Event gap) {}
