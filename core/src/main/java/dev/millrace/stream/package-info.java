/**
 * The live types and the way their bytes leave: {@link dev.millrace.stream.LiveStream}, {@link
 * dev.millrace.stream.Event}, the wires and the outbound buffer. Layer 2.
 */
@NullMarked
package dev.millrace.stream;

import org.jspecify.annotations.NullMarked;
