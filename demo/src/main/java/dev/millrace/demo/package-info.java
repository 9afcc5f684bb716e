/** The showcase: a page that runs every example live, and the server behind it. */
@NullMarked
package dev.millrace.demo;

import org.jspecify.annotations.NullMarked;
