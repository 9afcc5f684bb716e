/**
 * The bench: a server on Millrace, the same server hand-written on bare Netty as the measure, and
 * the load tools that compare the two.
 *
 * <p>The parts meet only over a socket. {@link dev.millrace.bench.NettyServer} and its handlers
 * share nothing with the load tools behind {@link dev.millrace.bench.Load}, which in turn use no
 * Netty, so that a bug in one side cannot hide in the other.
 */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
