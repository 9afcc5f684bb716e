/** JSON behind one small interface: layer 0. */
@NullMarked
package dev.millrace.json;

import org.jspecify.annotations.NullMarked;
