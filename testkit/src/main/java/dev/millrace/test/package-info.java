/**
 * The test kit. It needs no test framework: what is not as awaited is an {@link AssertionError}
 * that says what was there instead.
 */
@NullMarked
package dev.millrace.test;

import org.jspecify.annotations.NullMarked;
