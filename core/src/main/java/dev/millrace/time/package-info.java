/** Clocks and timers: layer 0, on the JDK alone. */
@NullMarked
package dev.millrace.time;

import org.jspecify.annotations.NullMarked;
