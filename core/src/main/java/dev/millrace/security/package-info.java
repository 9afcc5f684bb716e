/**
 * What stands in front of handlers: guards, limits per client, origins, and headers that keep
 * browsers safe. All of it is filters. Layer 2.
 */
@NullMarked
package dev.millrace.security;

import org.jspecify.annotations.NullMarked;
