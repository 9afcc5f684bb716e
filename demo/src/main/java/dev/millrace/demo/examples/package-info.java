/**
 * One small class per example. What stands between the comments {@code <name>} and {@code </name>}
 * is the code that the page shows.
 */
@NullMarked
package dev.millrace.demo.examples;

import org.jspecify.annotations.NullMarked;
