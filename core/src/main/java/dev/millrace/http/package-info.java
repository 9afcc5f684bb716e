/**
 * What a handler is given and what it returns: {@link dev.millrace.http.Request}, {@link
 * dev.millrace.http.Response}, {@link dev.millrace.http.Handler}, {@link dev.millrace.http.Filter}.
 * Layer 1.
 */
@NullMarked
package dev.millrace.http;

import org.jspecify.annotations.NullMarked;
