package dev.millrace.cluster;

/**
 * A message of a room, as a backplane keeps it.
 *
 * @param sequence its number in the order of all rooms
 * @param previous the number of the message before it in its room, whether that is still kept or
 *     not; 0 when there was none. Where that has been forgotten, because nobody listened and
 *     nothing was kept, it is a number in between
 * @param millis when it was appended, since 1970
 * @param payload not copied: to be left alone by all
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Stored(long sequence, long previous, long millis, byte[] payload) {}
