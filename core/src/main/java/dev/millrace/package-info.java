/**
 * Millrace itself: {@link dev.millrace.Millrace} takes routes and starts a {@link
 * dev.millrace.Server}. Layer 5: wiring only.
 */
@NullMarked
package dev.millrace;

import org.jspecify.annotations.NullMarked;
