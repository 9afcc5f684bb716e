/**
 * The seam between the core and a transport, and the machinery on the core's side of it: how a
 * request gets a virtual thread, how a stream lives and ends. For those who write transports;
 * programs need only {@link dev.millrace.engine.Tls} and {@link dev.millrace.engine.Listener} from
 * here. Layer 4.
 */
@NullMarked
package dev.millrace.engine;

import org.jspecify.annotations.NullMarked;
