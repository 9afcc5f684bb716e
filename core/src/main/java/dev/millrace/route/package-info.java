/** Which handler answers which path. Layer 3. */
@NullMarked
package dev.millrace.route;

import org.jspecify.annotations.NullMarked;
