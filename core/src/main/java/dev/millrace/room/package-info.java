/**
 * Rooms: logs that streams of any wire read, each at its own speed, and each from where it left
 * off. Layer 3.
 */
@NullMarked
package dev.millrace.room;

import org.jspecify.annotations.NullMarked;
